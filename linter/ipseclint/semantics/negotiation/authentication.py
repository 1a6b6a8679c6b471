"""First and second authentication of two ends: methods, preshared keys, certificate authorities.

IKEv1 and AuthIP negotiate one method for both ends; in IKEv2 each end authenticates by a method of its own, which the
other must accept (RFC 7296 2.15). Keys are compared and never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ipseclint.finding import Basis
from ipseclint.model.peer import Credential
from ipseclint.semantics.certificate_names import comparable_name
from ipseclint.semantics.negotiation.ends import End
from ipseclint.semantics.negotiation.identities import answered, unexpected
from ipseclint.semantics.negotiation.stage import Answer, Difference, Kind, Result, Stage
from ipseclint.source import Span
from ipseclint.vocabulary.algorithms import KeyModule
from ipseclint.vocabulary.authentication import NOT_SUPPORTED, OF_AUTHORITIES, AuthMethod

STAGE = Stage.AUTHENTICATION

Match = tuple[Credential, Credential]

NO_HASH = "not said"
"""The hash of an end's signatures where it names none."""


def agree(initiator: End, responder: End, module: KeyModule) -> Result:
    """The result of the first authentication."""
    for end in (initiator, responder):
        if end.own is None or end.accepted is None:
            return end.unsaid(STAGE, "the authentication")
        if any(credential.method is None for credential in (*end.own, *end.accepted)):
            return Result(STAGE, Answer.UNKNOWN, f"the authentication of {end.subject} was not read", Basis.REASONED)
    names = unexpected(initiator, responder) or answered(responder, initiator, module)
    if names is not None and names.is_certain:
        return names.result(initiator)
    for end in (initiator, responder):
        if (refused := _outdated(end, initiator) or _bound(end, initiator)) is not None:
            return refused
    mine, theirs = (_in_module(end, end.own or (), module) for end in (initiator, responder))
    if not (mine and theirs):
        return _unusable(initiator, responder, module)
    result = _by_credentials(initiator, responder, mine, theirs, module)
    return result if names is None or result.answer is Answer.FAILS else names.result(initiator)


def _by_credentials(
    initiator: End,
    responder: End,
    mine: tuple[Credential, ...],
    theirs: tuple[Credential, ...],
    module: KeyModule,
) -> Result:
    is_hybrid = any(each.method is AuthMethod.XAUTH for each in (*mine, *theirs))
    if module is not KeyModule.IKEV2 and not is_hybrid:
        both = _one_way(STAGE, initiator, responder, (mine, theirs), module)
        is_exposed = module is KeyModule.IKEV1 and initiator.is_aggressive and both.chosen == _KEY
        return _exposed(both, initiator, responder) if is_exposed else both
    accepts, accepted = (_in_module(end, end.accepted or (), module) for end in (initiator, responder))
    there = _unproven(_one_way(STAGE, initiator, responder, (mine, accepted), module), responder, initiator)
    back = _unproven(_one_way(STAGE, initiator, responder, (accepts, theirs), module), initiator, initiator)
    ranks = list(Answer)
    worse = max(there, back, key=lambda result: ranks.index(result.answer))
    if worse.answer is not Answer.AGREED or there.chosen == back.chosen:
        return worse
    return Result(STAGE, Answer.AGREED, there.why, there.basis, chosen=f"{there.chosen}, answered by {back.chosen}")


def _in_module(end: End, credentials: Sequence[Credential], module: KeyModule) -> tuple[Credential, ...]:
    """The credentials of an end that exist in a key module: not all of a Windows rule do, and `null` only in IKEv2."""
    return tuple(
        credential
        for credential in credentials
        if not (end.is_rule and credential.method in NOT_SUPPORTED[module])
        and (credential.method is not AuthMethod.NULL or module is KeyModule.IKEV2)
    )


def _unusable(initiator: End, responder: End, module: KeyModule) -> Result:
    """The failure of an end whose methods the key module does not know."""
    mine, theirs = initiator.own or (), responder.own or ()
    difference = _difference("authentication method", initiator, responder, mine, theirs, second=False)
    end, unusable = (responder, theirs) if _in_module(initiator, mine, module) else (initiator, mine)
    why = f"{module}{' of a Windows rule' if end.is_rule else ''} has no {_list(unusable)}"
    if not unusable:
        why = f"{end.subject} proves who it is by nothing, and takes part in no negotiation"
    return Result(STAGE, Answer.FAILS, why, Basis.DOCUMENTED, differences=(difference,), kind=Kind.UNSUPPORTED)


def _outdated(end: End, initiator: End) -> Result | None:
    """The failure of an end that has only certificates, none of them valid on the day."""
    own, day = end.own or (), end.day
    if day is None or not own or not all(each.method in OF_AUTHORITIES for each in own):
        return None
    days = [each.days for each in own if each.days is not None]
    if len(days) < len(own) or any(first <= day <= last for first, last in days):
        return None
    first, last = days[0]
    words, other = f"valid from {first} to {last}", f"judged on {day}"
    mine, theirs = (words, other) if end is initiator else (other, words)
    place, elsewhere = own[0].span, None
    spans = (place, elsewhere) if end is initiator else (elsewhere, place)
    why = f"the certificate of {end.subject} is valid from {first} to {last}, and not on {day}"
    difference = Difference("certificate's days", mine, theirs, *spans)
    return Result(STAGE, Answer.FAILS, why, Basis.STANDARD, differences=(difference,), kind=Kind.VALIDITY)


def _bound(end: End, initiator: End) -> Result | None:
    """The failure of an end that accepts only preshared keys, yet wants a certificate from its peer."""
    accepted = end.accepted or ()
    if not accepted or not all(each.method is AuthMethod.PRESHARED_KEY and each.authorities for each in accepted):
        return None
    words, other = f"a preshared key with a certificate ({', '.join(accepted[0].authorities)})", "a preshared key"
    values = (words, other) if end is initiator else (other, words)
    spans = (accepted[0].span, None) if end is initiator else (None, accepted[0].span)
    why = (
        f"{end.subject} accepts a preshared key but requires a certificate as well, which is refused whatever is shown"
    )
    difference = Difference("authentication method", *values, *spans)
    return Result(STAGE, Answer.FAILS, why, Basis.REASONED, differences=(difference,), kind=Kind.CONSTRAINT)


_KEY = "preshared key"


def _unproven(agreed: Result, verifier: End, initiator: End) -> Result:
    """The result where a preshared key is shown to an end that names none and authenticates by another method."""
    keys = [each for each in verifier.accepted or () if each.method is AuthMethod.PRESHARED_KEY]
    own = [each for each in verifier.own or () if each.method is AuthMethod.PRESHARED_KEY]
    if agreed.chosen != _KEY or own or not all(each.secret is None and each.is_secret_known for each in keys):
        return agreed
    values, spans = (_NO_KEY, A_KEY), (keys[0].span, None)
    return _without_key(*(values, spans) if verifier is initiator else (values[::-1], spans[::-1]))


_NO_KEY, A_KEY = "none for this peer", "a key (hidden)"


def _without_key(values: tuple[str, str], spans: tuple[Span | None, Span | None]) -> Result:
    return Result(
        STAGE,
        Answer.DEPENDS,
        "an end names no preshared key for this peer",
        Basis.REASONED,
        chosen=_KEY,
        differences=(Difference("preshared key", *values, *spans),),
        outcomes=("authenticated, if it has the key", "refused"),
        kind=Kind.KEY,
    )


def _exposed(agreed: Result, initiator: End, responder: End) -> Result:
    """The result for a preshared key in aggressive mode, where an eavesdropper can try to guess it: some responders
    refuse."""
    if not responder.implementation.refuses_aggressive_key:
        return agreed
    setting = "charon.i_dont_care_about_security_and_use_aggressive_mode_psk"
    difference = Difference(
        "aggressive mode with a preshared key",
        "asked for",
        f"refused without {setting} in strongswan.conf",
        initiator.authentication_span,
        responder.authentication_span,
    )
    why = f"the responder takes a preshared key in aggressive mode only with {setting} in strongswan.conf"
    outcomes = ("refused, as by default", "authenticated, with that setting")
    return replace(
        agreed, answer=Answer.DEPENDS, why=why, basis=Basis.DOCUMENTED, differences=(difference,), outcomes=outcomes
    )


def agree_second(initiator: End, responder: End, module: KeyModule) -> Result | None:
    """The result of the second authentication; None if neither end asks for one."""
    stage = Stage.SECOND_AUTHENTICATION
    mine, theirs = initiator.second, responder.second
    if mine is None or theirs is None:
        return Result(stage, Answer.UNKNOWN, "a second authentication was not read", Basis.REASONED)
    if module is not KeyModule.IKEV1:  # only IKEv1 has XAUTH
        mine, theirs = (tuple(each for each in side if each.method is not AuthMethod.XAUTH) for side in (mine, theirs))
    if not (mine or theirs):
        return None
    if any(credential.method is None for credential in (*mine, *theirs)):
        return Result(stage, Answer.UNKNOWN, "a method of the second authentication was not read", Basis.REASONED)
    if not (mine and theirs):
        asking = mine or theirs
        if any(credential.method is AuthMethod.ANONYMOUS for credential in asking):
            why = "one end asks for a second authentication and takes an anonymous one"
            return Result(stage, Answer.AGREED, why, Basis.REASONED, chosen="anonymous")
        difference = _difference("second authentication", initiator, responder, mine, theirs, second=True)
        why = "one end requires a second authentication that the other does not do"
        if any(each.method is AuthMethod.XAUTH for each in asking):
            why = "one end requires a second authentication by XAUTH that the other does not do"
        return Result(stage, Answer.FAILS, why, Basis.REASONED, differences=(difference,), kind=Kind.METHOD)
    if module is not KeyModule.AUTHIP and (initiator.is_rule or responder.is_rule):
        why = f"{module} has no second authentication"
        return Result(stage, Answer.FAILS, why, Basis.DOCUMENTED, kind=Kind.METHOD)
    return _one_way(stage, initiator, responder, (mine, theirs), module)


def _pairs(mine: Sequence[Credential], theirs: Sequence[Credential]) -> Iterator[Match]:
    """The pairs of credentials with the same method and the same type of certificate key."""
    for one in mine:
        for other in theirs:
            if one.method is other.method and _same_key(one, other):
                yield one, other


def _same_key(one: Credential, other: Credential) -> bool:
    return not one.signings or not other.signings or bool(one.signings & other.signings)


def _one_way(
    stage: Stage,
    initiator: End,
    responder: End,
    sides: tuple[tuple[Credential, ...] | None, tuple[Credential, ...] | None],
    module: KeyModule,
) -> Result:
    mine, theirs = (side or () for side in sides)
    matches = list(_pairs(mine, theirs))
    if not matches:
        attribute = "second authentication" if stage is Stage.SECOND_AUTHENTICATION else "authentication method"
        difference = _difference(
            attribute, initiator, responder, mine, theirs, second=stage is Stage.SECOND_AUTHENTICATION
        )
        why = "the two ends have no authentication method in common"
        return Result(stage, Answer.FAILS, why, Basis.STANDARD, differences=(difference,), kind=Kind.METHOD)
    answers = _by_method(stage, matches, module)
    good = [result for result in answers if result.answer is Answer.AGREED]
    if len(good) == len(answers):
        return good[0]
    if not good:
        ranks = list(Answer)
        return min(answers, key=lambda result: ranks.index(result.answer))
    if module is KeyModule.AUTHIP:  # it tries every method that both accept (MS-AIPS)
        return good[0]
    bad = next(result for result in answers if result.answer is not Answer.AGREED)
    if bad.answer is Answer.UNKNOWN:
        return bad
    why = (
        f"{good[0].chosen} would do; which of the common methods is taken is not documented, and with another {bad.why}"
    )
    return Result(
        stage,
        Answer.DEPENDS,
        why,
        Basis.REASONED,
        chosen=good[0].chosen,
        differences=bad.differences,
        outcomes=(f"{good[0].chosen}", bad.why),
        kind=bad.kind,
    )


def _by_method(stage: Stage, matches: list[Match], module: KeyModule) -> list[Result]:
    """One result for each method that both have; certificates of several authorities count as one method."""
    results = []
    certificates = [match for match in matches if match[0].method in OF_AUTHORITIES]
    first: dict[AuthMethod | None, Credential] = {}
    for one, _other in matches:
        first.setdefault(one.method, one)
    for method, one in first.items():
        if method in OF_AUTHORITIES:
            same = [match for match in certificates if match[0].method is method]
            results.append(_signed(stage, same, module))
        elif method is AuthMethod.PRESHARED_KEY:
            same = [match for match in matches if match[0].method is method]
            results.append(_keys(stage, same))
        elif method is AuthMethod.EAP:
            why = "provided that both use the same method within EAP, which is not compared"
            results.append(Result(stage, Answer.AGREED, why, Basis.REASONED, chosen=credential_words(one)))
        else:
            results.append(
                Result(stage, Answer.AGREED, "both ends have it", Basis.STANDARD, chosen=credential_words(one))
            )
    return results


def _keys(stage: Stage, matches: list[Match]) -> Result:
    if any(one.secret is not None and one.secret == other.secret for one, other in matches):
        return Result(stage, Answer.AGREED, "the keys are the same", Basis.STANDARD, chosen=_KEY)
    if all(one.is_secret_missing or other.is_secret_missing for one, other in matches):
        one, other = matches[0]
        values = tuple(_NO_KEY if each.is_secret_missing else A_KEY for each in matches[0])
        return _without_key((values[0], values[1]), (one.span, other.span))
    if any(not (one.is_secret_known and other.is_secret_known) for one, other in matches):
        why = "provided that the keys are the same: one is hidden, or not in the input, and could not be compared"
        return Result(stage, Answer.AGREED, why, Basis.REASONED, chosen=_KEY)
    if any(None in {one.secret, other.secret} for one, other in matches):
        why = "an end names no preshared key: it must be the other's"
        return Result(stage, Answer.AGREED, why, Basis.REASONED, chosen=_KEY)
    one, other = matches[0]
    difference = Difference("preshared key", A_KEY, A_KEY, one.span, other.span)
    why = "the preshared keys differ"
    return Result(stage, Answer.FAILS, why, Basis.STANDARD, differences=(difference,), kind=Kind.KEY)


def _signed(stage: Stage, matches: list[Match], module: KeyModule) -> Result:
    """Whether the ends can verify each other's signatures: in IKEv2 an end may accept some hashes only (RFC 7427).

    In IKEv1 the hash is that of main mode (RFC 2409 5). An end that names no hash chooses one itself.
    """
    signed = [(one, other) for one, other in matches if not (one.hashes and other.hashes) or one.hashes & other.hashes]
    if module is not KeyModule.IKEV2:
        signed = matches
    one, other = (signed or matches)[0]
    words = [", ".join(sorted(each.hashes)) or NO_HASH for each in (one, other)]
    difference = Difference("signature hash", words[0], words[1], one.span, other.span)
    if not signed:
        why = "the two ends take signatures with no hash in common"
        return Result(stage, Answer.FAILS, why, Basis.STANDARD, differences=(difference,), kind=Kind.HASH)
    result = _authorities(stage, one, other, signed)
    is_open = all(bool(mine.hashes) is not bool(theirs.hashes) for mine, theirs in signed)
    if result.answer is not Answer.AGREED or not is_open or module is not KeyModule.IKEV2:
        return result
    named = words[0] if one.hashes else words[1]
    why = f"one end takes signatures with {named} only, and the other does not say with which it signs"
    outcomes = (f"authenticated, if it signs with {named}", "refused")
    return Result(
        stage,
        Answer.DEPENDS,
        why,
        Basis.STANDARD,
        chosen=result.chosen,
        differences=(difference,),
        outcomes=outcomes,
        kind=Kind.HASH,
    )


def _authorities(stage: Stage, one: Credential, other: Credential, matches: list[Match]) -> Result:
    """Whether one end can have a certificate of an authority that the other trusts."""
    chosen = credential_words(one if one.signings else other)
    named = [(name, credential) for credential, _ in matches for name in credential.authorities]
    theirs = [(name, credential) for _, credential in matches for name in credential.authorities]
    if not named or not theirs:
        why = "provided that each certificate is of an authority that the other end trusts: not both ends name theirs"
        return Result(stage, Answer.AGREED, why, Basis.REASONED, chosen=chosen)
    if {comparable_name(name) for name, _ in named} & {comparable_name(name) for name, _ in theirs}:
        why = "both ends have certificates of one authority"
        return Result(stage, Answer.AGREED, why, Basis.STANDARD, chosen=chosen)
    difference = Difference(
        "certificate authority",
        "; ".join(dict.fromkeys(name for name, _ in named)),
        "; ".join(dict.fromkeys(name for name, _ in theirs)),
        one.span,
        other.span,
    )
    if any(credential.is_root is False for _, credential in (*named, *theirs)):
        why = "the authorities differ, and one is below a root: it may be below the other's"
        outcomes = ("authenticated, if one authority is below the other", "refused")
        return Result(
            stage,
            Answer.DEPENDS,
            why,
            Basis.REASONED,
            chosen=chosen,
            differences=(difference,),
            outcomes=outcomes,
            kind=Kind.AUTHORITY,
        )
    why = "the two ends trust no certificate authority in common"
    return Result(stage, Answer.FAILS, why, Basis.STANDARD, differences=(difference,), kind=Kind.AUTHORITY)


def _difference(
    attribute: str,
    initiator: End,
    responder: End,
    mine: Sequence[Credential],
    theirs: Sequence[Credential],
    *,
    second: bool,
) -> Difference:
    def place(end: End, credentials: Sequence[Credential]) -> Span | None:
        return credentials[0].span if credentials else (end.second_span if second else end.authentication_span)

    return Difference(attribute, _list(mine), _list(theirs), place(initiator, mine), place(responder, theirs))


def _list(credentials: Sequence[Credential]) -> str:
    return ", ".join(dict.fromkeys(credential_words(credential) for credential in credentials)) or "none"


def credential_words(credential: Credential) -> str:
    """A method with the types of key that it accepts, in words."""
    method = "?" if credential.method is None else credential.method.value
    keys = ", ".join(sorted(credential.signings))
    return f"{method} ({keys})" if keys and credential.method in OF_AUTHORITIES else method
