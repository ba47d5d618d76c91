"""State machines without a window: onboarding, unlocking, paying (design/6, Electrum's habit).

How a window uses them
======================
Everything here runs on **one asyncio loop in its own thread**. Every public method that does
something is a coroutine; a window starts it through an operation and never waits. ``flow.view``
is an immutable dataclass that may be read from any thread; it is replaced as a whole at each step.
``flow.observe(callback)`` calls ``callback(view)`` on the loop's thread at every change (hand it
over with a queued signal) and returns a function that unsubscribes.

Three ways things end, everywhere the same:

* A **step that can be tried again in place** (wrong passphrase, amount too large, contact taken)
  raises :class:`~app.protocol.errors.KBeanError` (or a vault error with a ``code``); the state
  stays what it was. ``app.wallet.failures.failure_of(error)`` gives code, money, params, kind.
* A **turn of the flow** (code can't be paid, service refused, answer lost) is a *state*; the view
  carries ``failure`` / ``explanation``, nothing is raised.
* A call that the present state doesn't allow raises :class:`~app.wallet.flows.base.FlowStateError`
  (a bug of the window, not words for a person).

The session
===========
``WalletSession(directory, …)`` is the one object a window keeps; see :mod:`app.wallet.session`.

::

    session = WalletSession(directory, locale="zh-CN", device_name="…", platform="linux")
    session.state          # NEW → OnboardingFlow · LOCKED → UnlockFlow · UNLOCKED → pages
    session.snapshot       # person, accounts, points, service, network, notices … (any thread)
    session.observe(cb)    # cb(frozenset({"accounts", "activity", …})): see session.Topic

    OnboardingFlow(session) · UnlockFlow(session) · PayFlow(session)

OnboardingFlow (``flows/onboarding.py``)
========================================
::

    ADDRESS --set_service(address)--> SERVICE --accept_service()--> PERSON
    PERSON --register(…)--> WORKING --> RECOVERY            (new person)
    PERSON --sign_in(…)---> WORKING --> RECOVERY            (existing person)
    RECOVERY --confirm_recovery(typed)--> QUICK_UNLOCK      (code shown in view.recovery_code;
                                                             DONE where there is no keychain)
    QUICK_UNLOCK --choose_quick_unlock(bool)--> DONE
    SERVICE, PERSON --back()--> one step back
    any but WORKING, DONE --start_again()--> ADDRESS        (wipes an unfinished profile only)

Interrupted anywhere: before WORKING nothing is on disk. From WORKING on the vault exists; the next
start is LOCKED, UnlockFlow opens it, ``session.onboarding_pending`` is true, and
``OnboardingFlow(session)`` followed by ``await flow.resume()`` goes on where it stopped: PERSON
with contact and name filled in (``view.resumed``), RECOVERY with a fresh code, or QUICK_UNLOCK.

UnlockFlow (``flows/unlock.py``)
================================
::

    LOCKED --unlock_with_passphrase(p) | unlock_with_keychain()--> OPENING --> UNLOCKED
    LOCKED --unlock_with_recovery(code, new_passphrase)----------> OPENING --> UNLOCKED

Wrong: raises (vault errors with a ``code``), state LOCKED again, ``view.wait_seconds`` > 0 after
several misses. Unlocking never waits for the network: settling open payments and syncing go on in
the background and arrive as session events (``notices``, ``accounts``, ``activity``, ``points``,
``network``).

PayFlow (``flows/pay.py``)
==========================
::

    IDLE --read(text)--> READING --> EXPLAINED          (not payable; view.explanation)
                                --> CHOOSING_AMOUNT     (static code)
                                --> CONFIRMING          (dynamic order)
                                --> REFUSED             (view.failure)
    IDLE --confirm_charge(charge)--> CONFIRMING         (a till waits for the person's word;
                                                         --decline()--> IDLE is no, cancel() later)
    CHOOSING_AMOUNT --choose_amount(minor)--> CONFIRMING --change_amount()--> CHOOSING_AMOUNT
    CONFIRMING --use_beans(n) | use_coupon(id)--> CONFIRMING   (what view.offer.offered allows;
                                                         view.offer.to_pay is what is left)
    CONFIRMING --confirm(note)--> AUTHENTICATING | SENDING
    AUTHENTICATING --authenticate_with_passphrase(p) | authenticate_with_keychain()--> SENDING
    SENDING --> SUCCEEDED (view.payment, view.receipt) | REFUSED (view.failure) | UNKNOWN
    UNKNOWN: the answer was lost. The flow keeps asking by itself; ask_again() asks at once.
             --> SUCCEEDED | REFUSED (failure.money == "not_moved"; it never will be)
    cancel(): back to IDLE from every state before SENDING and from the final ones. In SENDING and
              UNKNOWN it answers False and changes nothing; dismiss() leaves UNKNOWN to the session,
              which settles it and tells the outcome as a notice.

Two quick ``confirm`` calls send once. ``close()`` a flow that is no longer drawn.

TransferFlow (``flows/transfer.py``)
====================================
::

    IDLE --find(text) | pick(payee) | answer(request)--> READING --> CHOOSING_AMOUNT
                                --> CONFIRMING          (a code or request names the amount)
                                --> EXPLAINED           (a code whose signature doesn't hold)
                                --> REFUSED             (nobody is found; view.failure)
    CHOOSING_AMOUNT --choose_amount(minor[, schedule])--> CONFIRMING --change_amount()--> back
    CONFIRMING --check_name(full)--> CONFIRMING         (view.offer.name_fits)
    CONFIRMING --confirm(note)--> as PayFlow; a first payment, a large one or a plan stops in
              AUTHENTICATING because of ``step_up``: the passphrase goes to the service too.
    SUCCEEDED: view.transfer, or view.plan where the offer had a schedule.

ShowCodeFlow (``flows/show_code.py``)
=====================================
::

    IDLE --open()--> SHOWING (view.code, a fresh one each minute) | EMPTY | FROZEN
    SHOWING --reveal() | conceal()--> SHOWING           (digits to be read out, or not)
    SHOWING --> ASKED | PAID | FAILED (view.use)        (news of what became of the code)
    ASKED, PAID, FAILED, EMPTY --again()--> SHOWING     any --close()--> IDLE
"""
