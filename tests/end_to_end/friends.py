"""What the tests between people have in common."""

from __future__ import annotations

from app.wallet.flows.transfer import PayState, TransferFlow
from app.wallet.session import WalletSession
from tests.end_to_end.world import PASSPHRASE, World, now

BEN = "ben@example.org"


async def found(session: WalletSession, who: str = BEN, amount: int = 30_00) -> TransferFlow:
    """A flow that has found somebody and stands before the last word."""
    flow = TransferFlow(session)
    await flow.find(who)
    if now(flow) is PayState.CHOOSING_AMOUNT:
        await flow.choose_amount(amount)
    assert now(flow) is PayState.CONFIRMING, flow.view
    return flow


async def send(flow: TransferFlow) -> None:
    """Agree, with the passphrase where it is asked for."""
    await flow.confirm()
    if now(flow) is PayState.AUTHENTICATING:
        await flow.authenticate_with_passphrase(PASSPHRASE)


def fate_of(here: World, path: str, *fates: str) -> None:
    """What becomes of the next POSTs to this path; the last one repeats."""
    left = list(fates)

    def rule(heard) -> str:
        if not heard.line.startswith(f"POST {path} "):
            return "pass"
        return left.pop(0) if len(left) > 1 else left[0]

    here.road.rule = rule


def sent(here: World, path: str = "/v1/transfers") -> list:
    return [heard for heard in here.road.heard if heard.line.startswith(f"POST {path} ")]
