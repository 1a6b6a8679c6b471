import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipseclint.load.erlang import Queue
from ipseclint.load.impatience import solve
from ipseclint.load.retries import with_retries
from ipseclint.load.schedules import AUTHIP, SINGLE, STRONGSWAN, WINDOWS_IKEV1
from ipseclint.load.simulate.processes import Poisson
from ipseclint.load.simulate.simulation import simulate
from ipseclint.load.simulate.system import Host, Traffic
from tests.cases import cases


def test_without_repeats_nothing_is_added():
    queue = Queue(4.4, 1, 4, 2)
    retried = with_retries(queue, SINGLE)
    assert retried.drop_probability == pytest.approx(solve(queue).drop_probability)
    assert retried.give_up_probability == retried.drop_probability


def test_no_arrivals():
    retried = with_retries(Queue(0, 1, 4, 2), AUTHIP)
    assert (retried.drop_probability, retried.give_up_probability) == (0, 0)


@given(
    rate=st.floats(0, 40),
    patience=st.floats(0, 20),
    schedule=st.sampled_from([SINGLE, AUTHIP, STRONGSWAN, WINDOWS_IKEV1]),
)
def test_the_answer_agrees_with_itself(rate, patience, schedule):
    queue = Queue(rate, 1, 8, patience)
    retried = with_retries(queue, schedule)
    attempts = len(schedule.sends_at_least(patience))
    attempt_rate = rate * sum(retried.drop_probability**repeat for repeat in range(attempts))
    again = solve(Queue(attempt_rate, 1, 8, patience))
    assert again.drop_probability == pytest.approx(retried.drop_probability, rel=2e-3, abs=1e-12)
    # what is served, in the end, is all that does not give up
    served = attempt_rate * (1 - retried.drop_probability)
    assert served == pytest.approx(rate * (1 - retried.give_up_probability), rel=2e-3, abs=1e-9)


@pytest.mark.drawn(4)
@cases("schedule", [AUTHIP, WINDOWS_IKEV1])
@cases("rate", [7.6, 8.2, 8.8, 12])
def test_simulated_peers_give_up_at_a_share_between_the_estimates(rate, schedule):
    retried = with_retries(Queue(rate, 1, 8, 1), schedule)
    run = simulate(Host(8, 1), [Traffic(Poisson(rate, 4_000), 1.0, 1.0, schedule)], seed=1)
    assert retried.give_up_probability * 0.95 <= run.given_up / run.peers <= retried.drop_probability


def test_beyond_saturation_what_is_not_served_gives_up():
    retried = with_retries(Queue(12, 1, 8, 1), AUTHIP)
    assert retried.give_up_probability == pytest.approx(1 / 3, abs=1e-3)
    run = simulate(Host(8, 1), [Traffic(Poisson(12, 4_000), 1.0, 1.0, AUTHIP)], seed=1)
    assert run.given_up / run.peers == pytest.approx(1 / 3, rel=0.02)
    assert run.drop_probability == pytest.approx(retried.drop_probability, rel=0.02)
