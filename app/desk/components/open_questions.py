"""What people asked and got no good answer to; one click makes it phrasings."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence

from app.desk import kit
from app.desk.sessions import DeskSession
from app.protocol.messages.knowledge import QuestionCluster, SettleQuestions

SHOWN = 3
"""Questions of a cluster that are shown at once."""


class OpenQuestions:
    """A card a cluster."""

    def __init__(
        self,
        session: DeskSession,
        clusters: Sequence[QuestionCluster],
        on_settled: Callable[[], Awaitable[None]],
    ) -> None:
        """Draw what is open."""
        self._session = session
        self._on_settled = on_settled
        self._box = kit.box("card", "section")
        self.draw(clusters)

    def draw(self, clusters: Sequence[QuestionCluster]) -> None:
        """Show these."""
        words = self._session.words
        self._box.clear()
        with self._box:
            with kit.box("card-head"):
                kit.text(words("questions"), "card-title", "h2")
                kit.text(str(len(clusters)), "caption figures")
            if not clusters:
                kit.text(words("questions.empty"), "caption").style("padding:0 16px 14px")
            for cluster in clusters:
                self._cluster(cluster)

    def _cluster(self, cluster: QuestionCluster) -> None:
        words = self._session.words
        with kit.box("call-row") as row:
            row.props["data-name"] = "cluster"
            kit.text(str(len(cluster.questions)), "disc figures")
            with kit.box("stack tight grow"):
                for question in cluster.questions[:SHOWN]:
                    kit.text(question.question, "small clip")
                if cluster.topic:
                    nearest = words("questions.nearest", title=cluster.title or cluster.topic)
                    kit.text(nearest, "caption clip")
            if cluster.topic:
                kit.button(
                    words("questions.take"),
                    functools.partial(self._settle, cluster, cluster.topic),
                    kind="primary",
                    name="make-phrasings",
                    classes="small",
                )
            kit.button(
                words("questions.aside"),
                functools.partial(self._settle, cluster, None),
                name="put-aside",
                classes="small",
            )

    async def _settle(self, cluster: QuestionCluster, topic: str | None) -> None:
        ids = [question.id for question in cluster.questions][:100]

        @kit.guarded(self._session)
        async def work() -> bool:
            await self._session.client.knowledge.settle(SettleQuestions(ids, topic))
            return True

        if await work():
            done = "questions.taken" if topic else "questions.put_aside"
            kit.say(self._session, self._session.words(done), tone="bean")
            await kit.guarded_quietly(self._session, self._on_settled)
