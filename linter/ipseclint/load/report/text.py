"""The load model's answer as text for a terminal, in plain ASCII."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from ipseclint.escape import inert, visible
from ipseclint.load.assess import QueueAssessment
from ipseclint.load.host import HostFit
from ipseclint.load.parameters import Parameter, Provenance
from ipseclint.load.report.plot import plot
from ipseclint.load.report.words import FIGURE_WORDS, METRIC_WORDS, FigureWords, count
from ipseclint.load.request import LoadAnswer
from ipseclint.load.sensitivity import Effect, Range
from ipseclint.load.service import RATES, CryptoRates
from ipseclint.load.simulate.replicate import Estimate, Summary
from ipseclint.load.verdict import COUNTERS, Verdict
from ipseclint.words import percent, plural, seconds_words

_MAX_RANKED = 6
_MIN_SAMPLES = 2
"""A rate needs two samples."""
_ORDER = (Provenance.YOURS, Provenance.MEASURED, Provenance.DOCUMENTED, Provenance.ASSUMED)


def render(answer: LoadAnswer) -> str:
    """The whole answer on one policy."""
    return _text(_lines(answer))


def figure_rows(answer: LoadAnswer) -> Iterator[tuple[str, str, str]]:
    """Each figure: its name, its value, its range over what is not known."""
    figures, ranges = answer.assessment.figures, answer.assessment.ranges
    for name, words in _figures(answer):
        yield words.label, words.written(getattr(figures, name)), _range(ranges[name], words)


def ranking_rows(answer: LoadAnswer) -> Iterator[tuple[str, str, str, str]]:
    """The parameters that decide, the strongest first: who can change each, its elasticity, and the range of that."""
    for elasticity in answer.assessment.elasticities[:_MAX_RANKED]:
        yield (
            elasticity.name.replace("_", " "),
            elasticity.lever.value,
            f"{elasticity.value:+.3g}",
            _interval(elasticity.low, elasticity.high),
        )


def input_rows(answer: LoadAnswer) -> Iterator[tuple[str, str, str, str, str]]:
    """Every input: its tag, name, value, range and source; the user's own first."""
    for entry in sorted(answer.parameters.entries, key=lambda each: _ORDER.index(each.provenance)):
        explored = _interval(entry.low, entry.high) if entry.low < entry.high else ""
        yield entry.provenance.value, entry.name.replace("_", " "), _value(entry), explored, visible(entry.source)


def render_queue(queue: QueueAssessment, simulated: Summary | None = None) -> str:
    """The calculator's answer as text."""
    rows = [
        ("drop probability", percent(queue.drop_probability)),
        ("dropped whatever the patience", percent(queue.overload_drop_probability)),
        ("wait probability", percent(queue.wait_probability)),
        ("mean wait, min(V, D)", seconds_words(queue.mean_wait_seconds)),
        ("mean queue", count(queue.mean_queue_length)),
        ("utilisation", percent(queue.utilisation)),
        *((f"wait, {name}", seconds_words(value)) for name, value in queue.wait_quantiles_seconds.items()),
        *(
            (f"wait of the served, {name}", seconds_words(value))
            for name, value in queue.served_wait_quantiles_seconds.items()
        ),
    ]
    given = queue.inputs
    head = (
        f"{count(given.arrival_rate)} arrivals per second, {given.workers} worker{'s' * (given.workers > 1)} of "
        f"{count(given.service_rate)} per second, patience {seconds_words(given.patience_seconds)}"
    )
    exact = "exact for exponential service times" if queue.exact else "approximate: service times are not exponential"
    runs = ["", *_simulated(simulated)] if simulated is not None else []
    return _text([head, "", *_table(rows), "", exact, *runs])


def render_comparison(old: LoadAnswer, new: LoadAnswer) -> str:
    """Two policies side by side."""
    rows = [("", "before", "after", "")]
    for name, words in _figures(new):
        before, after = getattr(old.assessment.figures, name), getattr(new.assessment.figures, name)
        rows.append((words.label, words.written(before), words.written(after), _trend(before, after, words)))
    changed = [
        (entry.name.replace("_", " "), _value(old.parameters[entry.name]), _value(entry), entry.provenance.value)
        for entry in new.parameters.entries
        if entry.value != old.parameters[entry.name].value
    ]
    lines = [f"{visible(old.name)} -> {visible(new.name)}: {_scenario(new)}", "", *_table(rows), ""]
    lines += ["what differs", *_table(changed)] if changed else ["The policies load the host alike."]
    return _text([f"after: {verdict(new)}", *settling_lines(new), "", *lines])


def render_calibration(calibration: HostFit) -> str:
    """The fit to a host's data as text."""
    return _text(_fits(calibration))


def render_rates(rates: CryptoRates) -> str:
    """The cost of cryptography on this machine as text."""
    rows = [("", "here, per second", "where the default was measured")]
    rows += [(name, count(value), count(RATES.key_agreements[name])) for name, value in rates.key_agreements.items()]
    for name, (sign, verify) in rates.signatures.items():
        before = RATES.signatures[name]
        rows.append((f"{name} sign", count(sign), count(before[0])))
        rows.append((f"{name} verify", count(verify), count(before[1])))
    return _text([rates.source, *_table(rows), f"default: {RATES.source}"])


def _text(lines: Iterable[str]) -> str:
    return inert("\n".join(line.rstrip() for line in lines) + "\n")


def _lines(answer: LoadAnswer) -> Iterator[str]:
    assessment = answer.assessment
    yield verdict(answer)
    yield from settling_lines(answer)
    yield ""
    yield f"{visible(answer.name)}: {visible(answer.sets)}"
    yield _scenario(answer)
    yield assessment.situation.meaning
    if assessment.natural_spread_seconds is not None:
        spread, situation = seconds_words(assessment.natural_spread_seconds), assessment.situation
        yield f"By itself it spreads the peers over {spread} ({situation.spread_provenance}: {situation.spread_source})"
    yield ""
    yield from _table([("", "figure", "range over what is not known"), *figure_rows(answer)])
    yield from _half_open(answer)
    yield ""
    yield from plot(answer)
    yield ""
    yield from _ranking(answer)
    if answer.simulated is not None:
        yield ""
        yield from _simulated(answer.simulated)
    if answer.calibration is not None:
        yield ""
        yield from _fits(answer.calibration)
    yield ""
    yield "inputs: documented by a vendor, measured, yours, or assumed by this tool"
    yield from _inputs(answer)
    for note in answer.notes:
        yield f"note: {visible(note)}"
    yield "what the words mean: docs/load.md, and the end of the page that -o html:FILE writes"


def _inputs(answer: LoadAnswer) -> Iterator[str]:
    """The inputs under their tags; a row ends with the source, which may be long."""
    rows = list(input_rows(answer))
    table = _table(
        (name, f"{value}, {explored}" if explored else value, source) for _, name, value, explored, source in rows
    )
    tag = ""
    for row, line in zip(rows, table, strict=True):
        if row[0] != tag:
            tag = row[0]
            yield tag
        yield line


def _scenario(answer: LoadAnswer) -> str:
    workload = answer.parameters.workload()
    ramp = f", spread over {seconds_words(workload.ramp_seconds)}" if answer.assessment.situation.storm else ""
    return f"{count(workload.peers)} peers, scenario {answer.assessment.situation.scenario.value}{ramp}"


def _figures(answer: LoadAnswer) -> Iterator[tuple[str, FigureWords]]:
    storm = answer.assessment.situation.storm
    return ((name, words) for name, words in FIGURE_WORDS.items() if words.storm in {None, storm})


def _range(bounds: Range, words: FigureWords) -> str:
    low, high = words.written(bounds.low), words.written(bounds.high)
    return "" if low == high else f"{low} to {high}"


def _half_open(answer: LoadAnswer) -> Iterator[str]:
    workload = answer.parameters.workload()
    cookies = "expected where DoS protection is on" if answer.assessment.cookie_mode_expected else "not expected"
    yield (
        f"half-open limits (documented of Vista and Server 2008): "
        f"{count(workload.address_half_open_limit)} per address, "
        f"{count(workload.cookie_mode_on)} in all, then cookies: {cookies}"
    )


def verdict(answer: LoadAnswer) -> str:
    """Whether requests will queue and drop: safe, unsafe, or unknown, and what that rests on."""
    judgement = answer.judgement
    drops, bounds = percent(answer.assessment.figures.drop_probability), judgement.dropped
    safe = f"up to {percent(judgement.budget)} counts as safe"
    match judgement.verdict:
        case Verdict.SAFE:
            return f"Safe: at worst {percent(bounds.high)} of the requests queue and drop ({safe})"
        case Verdict.UNSAFE:
            return f"Unsafe: at best {percent(bounds.low)} of the requests queue and drop ({safe})"
    reach = f"{percent(bounds.low)} at best, {percent(bounds.high)} at worst"
    return f"Cannot be told: {drops} of the requests queue and drop by our assumptions, {reach} ({safe})"


def settling_lines(answer: LoadAnswer) -> Iterator[str]:
    """For an unknown verdict: the measurement that settles it, and how to take it."""
    judgement = answer.judgement
    if judgement.settled_by is not None:
        yield f"what settles it most: {judgement.settled_by.replace('_', ' ')}"
        if judgement.how is not None:
            yield f"how to measure it: {judgement.how}"


def _ranking(answer: LoadAnswer) -> Iterator[str]:
    ranked = answer.assessment.elasticities[:_MAX_RANKED]
    if not ranked:
        yield "No parameter moves the outcome: there is no load."
        return
    yield f"what decides: change of {METRIC_WORDS[ranked[0].metric].label} in % for 1% more of"
    yield from _table(ranking_rows(answer))
    best = answer.assessment.best_policy_change
    yield f"policy change that helps most: {_effect(best)}" if best else "No change of policy helps here."
    others = [effect for effect in answer.assessment.effects if effect is not best][:2]
    yield from (f"also: {_effect(each)}" for each in others)


def _effect(effect: Effect) -> str:
    words = METRIC_WORDS[effect.metric]
    saved = f"{words.written(effect.saved_low)} to {words.written(effect.saved_high)}"
    return (
        f"{effect.change.label}; {words.label} from {words.written(effect.before)} to "
        f"{words.written(effect.after)} (saves {saved})"
    )


def _simulated(summary: Summary) -> Iterator[str]:
    yield f"simulated, {len(summary.seeds)} seeds, 95% interval"
    rows = [
        ("peers or requests that came", summary.peers, count),
        ("first sends dropped in the queue", summary.first_drop_share, percent),
        ("sends dropped, repeats counted", summary.drop_probability, percent),
        ("established in time", summary.served_share, percent),
        ("mean wait", summary.mean_wait_seconds, seconds_words),
        ("wait of the served, 95% at most", summary.wait_p95_seconds, seconds_words),
        ("time to be established, 95% at most", summary.setup_p95_seconds, seconds_words),
        ("longest queue", summary.peak_queue, count),
        ("last success after", summary.last_success_seconds, seconds_words),
    ]
    yield from _table((label, written(row.mean), _half_width(row, written)) for label, row, written in rows)


def _half_width(estimate: Estimate, written: object) -> str:
    if math.isinf(estimate.half_width) or not callable(written):
        return "one run: no interval"
    return f"+- {written(estimate.half_width)}"


def _fits(host: HostFit) -> Iterator[str]:
    samples, drops = plural(host.samples, "sample"), plural(host.drops, "event")
    yield f"fitted to the host's data: {samples} of counters, {drops} of a drop; 95% interval"
    for fit in host.fits:
        value = "unknown" if fit.value is None else count(fit.value)
        yield f"  {fit.name.replace('_', ' ')}: {value} ({_interval(fit.low, fit.high)})"
        yield f"    {fit.statement}"
    if host.samples < _MIN_SAMPLES:
        yield f"how to measure it: {COUNTERS}"


def _value(parameter: Parameter) -> str:
    if parameter.unit == "1":
        return count(parameter.value)
    unit = _ONE_OF.get(parameter.unit, parameter.unit) if parameter.value == 1 else parameter.unit
    return f"{count(parameter.value)} {unit}"


_ONE_OF = {
    "peers": "peer",
    "workers": "worker",
    "round trips": "round trip",
    "SA pairs": "SA pair",
    "quick modes per main mode": "quick mode per main mode",
}
"""The units of which there can be one."""


def _interval(low: float, high: float) -> str:
    return f"{count(low)} to {count(high)}"


def _trend(before: float, after: float, words: FigureWords) -> str:
    """The direction of a change; figures that look equal as shown count as equal."""
    if before == after or words.written(before) == words.written(after):
        return "="
    if before == 0 or not math.isfinite(after / before):
        return "up" if after > before else "down"
    return f"x {count(after / before)}"


def _table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell."""
    cells = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
