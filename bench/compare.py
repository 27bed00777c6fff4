"""Compare servers: each answers every question once in each round, and the order differs from round to round."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, Final

from bench.answers import Answers, constant_exchanges, write_answers
from bench.contenders import CONTENDERS, Contender
from bench.load import Exchange, WrongAnswer, measure
from bench.questions import Question, questions
from bench.reporting.figures import CEILING, UNCACHED
from bench.reporting.summary import Sample, summarize
from bench.staging.processes import Server, running
from bench.staging.stage import Stage

DATABASE: Final = "compared"
SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Options:
    """How much is measured. Empty names mean all.

    seconds, warm_up_s, waves: of each run; share: of the values of each question.
    """

    districts: int = 200
    rounds: int = 5
    seconds: float = 2.0
    warm_up_s: float = 2.0
    waves: int = 3
    share: float = 1.0
    servers: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    """A running server and a question that it has answered rightly."""

    contender: Contender
    server: Server
    question: Question
    exchanges: Sequence[Exchange]


def compare(stage: Stage, options: Options) -> dict[str, Any]:
    """Measure all servers; returns what the results file holds.

    Raises ServerFailed, DifferentAnswers, WrongAnswer.
    """
    stage.load(DATABASE, options.districts)
    chosen = [
        question
        for question in questions(stage.uri, DATABASE, options.share)
        if not options.chosen or question.name in options.chosen
    ]
    with ExitStack() as servers:
        matches = _prepare(stage, servers, chosen, options)
        rounds = []
        for number in range(options.rounds):
            stage.tell(f"round {number + 1} of {options.rounds}")
            rounds.append(_round(stage, matches, Random(f"{SEED}:{number}"), options))
    return {
        "options": asdict(options),
        "questions": _described(matches),
        "summary": summarize(rounds),
        "rounds": [_plain(one) for one in rounds],
    }


def _prepare(stage: Stage, servers: ExitStack, chosen: Sequence[Question], options: Options) -> list[_Match]:
    """Start everything, compare the answers, and warm up."""
    answers, matches = Answers(), []
    for contender in _in_order(options.servers):
        server = _start(stage, servers, contender)
        stage.tell(f"checking the answers of {contender.name}")
        for question in chosen:
            if question.name in contender.questions:
                exchanges = _exchanges(stage, answers, contender, server, question)
                matches.append(_Match(contender, server, question, exchanges))
        if contender.name == UNCACHED:
            write_answers(server, contender, chosen, stage.answers)
    if options.warm_up_s:
        stage.tell("warming up")
        for match in matches:
            _measure(stage, match, options.warm_up_s, options.waves)
    return matches


def _in_order(names: Sequence[str]) -> list[Contender]:
    """Ours first, whose answers the others must give; last the ceiling, which is given some of them."""
    wanted = [one for one in CONTENDERS if not names or one.name in {*names, UNCACHED}]
    return sorted(wanted, key=lambda one: (one.name == CEILING, one.name != UNCACHED))


def _start(stage: Stage, servers: ExitStack, contender: Contender) -> Server:
    environment = {**stage.settings(DATABASE), **contender.environment, "ANSWERS": str(stage.answers)}
    log = stage.folder / f"{contender.name}.log"
    return servers.enter_context(running(contender.name, contender.command, environment, log, ready=contender.ready))


def _exchanges(
    stage: Stage, answers: Answers, contender: Contender, server: Server, question: Question
) -> list[Exchange]:
    if contender.name != CEILING:
        return answers.check(contender, server, question)
    length = (stage.answers / f"{question.name}.json").stat().st_size
    return constant_exchanges(contender, question, length)


def _round(stage: Stage, matches: Sequence[_Match], random: Random, options: Options) -> dict[str, dict[str, Sample]]:
    order = random.sample(matches, len(matches))
    found: dict[str, dict[str, Sample]] = {match.question.name: {} for match in matches}
    for match in order:
        found[match.question.name][match.contender.name] = _measure(stage, match, options.seconds, options.waves)
    return found


def _measure(stage: Stage, match: _Match, seconds: float, waves: int) -> Sample:
    try:
        measured = measure(
            match.server.port,
            match.exchanges,
            connections=match.question.connections,
            seconds=seconds,
            waves=waves,
            watched=(match.server.pid, stage.mongod),
        )
    except WrongAnswer as error:
        raise WrongAnswer(f"{match.contender.name} on {match.question.name}: {error}") from None
    server, mongod = measured.shares
    return Sample(
        throughput=measured.throughput,
        p50_ms=measured.p50_ms,
        p99_ms=measured.p99_ms,
        generator_share=measured.generator_share,
        server_share=server,
        mongod_share=mongod,
    )


def _described(matches: Sequence[_Match]) -> dict[str, Any]:
    return {
        match.question.name: {
            "values": len(match.question.values),
            "connections": match.question.connections,
            "bytes": round(sum(one.length for one in match.exchanges) / len(match.exchanges)),
        }
        for match in reversed(matches)
    }


def _plain(samples: Mapping[str, Mapping[str, Sample]]) -> dict[str, Any]:
    return {
        question: {server: asdict(sample) for server, sample in servers.items()}
        for question, servers in samples.items()
    }
