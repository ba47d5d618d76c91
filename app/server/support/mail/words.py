"""What our letters say, in both languages. Nothing of an account ever stands in one."""

from __future__ import annotations

from app.protocol.messages.support import Language

CONFIRMED: dict[Language, str] = {
    "zh": (
        "您好，来信已收到，编号 {number}。我们会按先后顺序回复；回复这封邮件即可补充内容。\n"
        "请不要在邮件里写密码、验证码或完整的卡号，我们不会向您索要。\n\n{operator}"
    ),
    "en": (
        "Your letter has arrived; its number is {number}. We answer in the order letters come in. "
        "To add something, reply to this mail.\n"
        "Please never write a password, a code or a whole card number; we don't ask for them."
        "\n\n{operator}"
    ),
}

CODE_SUBJECT: dict[Language, str] = {
    "zh": "{operator}：验证码",
    "en": "{operator}: your code",
}

CODE: dict[Language, str] = {
    "zh": (
        "您的验证码是 {code}，{minutes} 分钟内有效。\n"
        "请只在钱包里的验证卡片中输入，不要告诉任何人，客服也不会询问。\n"
        "如果不是您本人在和客服沟通，请忽略这封邮件，并在钱包的「安全」里检查一下设备。\n\n{operator}"
    ),
    "en": (
        "Your code is {code}. It counts for {minutes} minutes.\n"
        "Type it only into the card in your wallet, and tell nobody: agents never ask for it.\n"
        "If you are not talking with support now, leave this mail be and look at your devices "
        "under Security in the wallet.\n\n{operator}"
    ),
}
