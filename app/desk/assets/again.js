// A desk that was started again knows no session: NiceGUI's own tries would be refused for ever.
// So a page that lost its line asks whether it has to sign in again, and goes there. What was
// written and not yet told as sent is kept in this tab alone, and stands in the box afterwards.
"use strict";
(() => {
  const KEPT = "desk_written";
  const box = () =>
    document.querySelector('textarea[data-name="reply"], [data-name="reply"] textarea');

  const keep = () => {
    const waiting = [...document.querySelectorAll(".bubble-row.waiting .bubble")];
    const written = [...waiting.map((text) => text.innerText), box()?.value ?? ""];
    const text = written.filter(Boolean).join("\n");
    if (text) sessionStorage.setItem(KEPT, JSON.stringify([location.pathname, text]));
  };

  const restore = () => {
    const [path, text] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    const field = box();
    if (path !== location.pathname || !field || !window.did_handshake) return;
    sessionStorage.removeItem(KEPT);
    if (field.value) return;
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  setInterval(async () => {
    restore();
    if (document.getElementById("popup")?.ariaHidden !== "false") return;
    try {
      const answer = await fetch("/", { method: "HEAD", redirect: "manual" });
      if (answer.type !== "opaqueredirect") return;
    } catch {
      return;
    }
    keep();
    location.reload();
  }, 1000);
})();
