import pytest

from index import BadQuestionFile
from qa import JudgedQuestion, Outcome, evaluate, read_questions
from qa.measuring.answer_words import holds_words
from qa.measuring.evaluation import span_f1
from qa.measuring.report import summarize


def outcome(
    rank=None, *, answerable=True, answered=True, confidence=None, span=None, seconds=0.0
) -> Outcome:
    return Outcome("q", answerable, rank, "", "", span, answered, confidence, seconds)


def test_figures_are_the_hand_worked_means_over_all_questions():
    ranks = [1, 1, 2, 5, 11, 20, None, None]

    result = summarize([outcome(rank) for rank in ranks])

    assert result.questions == 8
    assert result.p_at_1 == pytest.approx(2 / 8)
    assert result.r_at_5 == pytest.approx(4 / 8)
    assert result.r_at_20 == pytest.approx(6 / 8)
    assert result.mrr_at_10 == pytest.approx((1 + 1 + 1 / 2 + 1 / 5) / 8)
    assert (result.abstention_recall, result.auroc, result.span_f1) == (None, None, None)
    assert len(result.failures) == 6


def test_abstention_is_judged_on_the_questions_without_an_answer():
    result = summarize(
        [
            outcome(1, confidence=0.9),
            outcome(2, confidence=0.4, answered=False),
            outcome(answerable=False, confidence=0.6),
            outcome(answerable=False, confidence=0.1, answered=False),
            outcome(answerable=False, confidence=0.2, answered=False),
        ]
    )

    assert (result.questions, result.unanswerable) == (2, 3)
    assert result.p_at_1 == result.answered == 1 / 2
    assert result.abstention_recall == pytest.approx(2 / 3)
    assert result.abstention_precision == pytest.approx(2 / 3), "a right question was refused too"
    assert result.auroc == pytest.approx(5 / 6), "one of six pairs is the wrong way round"
    assert [item.confidence for item in result.failures] == [0.4, 0.6]


def test_no_questions_give_no_division_by_zero():
    assert summarize([]).p_at_1 == 0


def test_calibration_error_is_the_mean_gap_between_what_is_said_and_what_is_so():
    said_95_was_half = [outcome(1, confidence=0.95), outcome(2, confidence=0.95)]
    said_10_was_none = [outcome(answerable=False, confidence=0.1), outcome(3, confidence=0.1)]

    error = summarize(said_95_was_half + said_10_was_none).calibration_error

    assert error == pytest.approx((2 * 0.45 + 2 * 0.1) / 4)


def test_times_are_the_median_and_the_95th_percentile():
    result = summarize([outcome(1, seconds=n / 100) for n in range(101)])

    assert (result.seconds_p50, result.seconds_p95) == pytest.approx((0.5, 0.95))


def test_span_f1_counts_words_as_squad_does_and_is_averaged_where_the_answer_is_known():
    assert span_f1("the Denver Broncos!", ["Denver Broncos"]) == 1
    assert span_f1("Denver", ["Carolina", "Denver Broncos"]) == pytest.approx(2 / 3)
    assert span_f1("", ["Denver"]) == 0

    result = summarize([outcome(1, span=1.0), outcome(1, span=0.5), outcome(1)])

    assert result.span_f1 == pytest.approx(0.75)


def test_span_f1_counts_characters_where_words_have_no_spaces():
    assert span_f1("東京都", ["東京"]) == pytest.approx(2 * 2 / 5)


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("It was built in 1995.", "5"),
        ("It cost 3.5 million.", "5"),
        ("It cost 3.5 million.", "3"),
        ("It cost 1,000 pounds.", "1"),
        ("Room B5 is closed.", "5"),
        ("The cart is here.", "art"),
        ("他生于1995年。", "5"),
        ("他生于1995年。", "5年"),
        ("Сорок лет.", "рок"),
        ("हिन्दी", "हिन"),
        ("Half of them.", "a half of it"),
    ],
)
def test_a_part_of_a_word_or_number_is_no_answer(sentence, answer):
    assert not holds_words(sentence, answer)


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("It took 5 days.", "5"),
        ("It cost $5.", "5"),
        ("By 1995, 5% had left.", "5"),
        ("Born on 1.5.1995 in Bonn.", "1995"),
        ("It cost 1,000 pounds.", "1000"),
        ("It cost 12,345.50 pounds.", "12345.50"),
        ("The Denver Broncos won.", "denver broncos"),
        ("Broncos won.", "the Broncos"),
        ("Vitamin A helps.", "A"),
        ("Guaido’s plan.", "Guaido"),
        ("A well-known man.", "well known"),
        ("Mu\u0308ller came.", "M\u00fcller"),
        ("東京都に住む。", "東京"),
        ("他生于1995年。", "１９９５年"),
        ("Is it 😀?", "😀"),
        ("यह हिन्दी है।", "हिन्दी"),
    ],
)
def test_an_answer_counts_in_whatever_form_it_is_written(sentence, answer):
    assert holds_words(sentence, answer)


def test_a_number_within_another_does_not_count_as_found(tmp_path, corpus):
    corpus.add_text("It opened in 1995. It has many doors.", name="house")
    (tmp_path / "q.jsonl").write_text('{"question": "How many doors?", "answer": "5"}\n')
    report = evaluate(read_questions(tmp_path / "q.jsonl"), corpus)

    assert (report.p_at_1, report.r_at_20) == (0, 0)


def test_a_question_that_finds_nothing_counts_as_a_failure(corpus):
    result = evaluate([JudgedQuestion("anything", lambda *_: True)], corpus)

    assert (result.questions, result.p_at_1) == (1, 0)
    assert result.failures[0].first == ""


def test_judged_questions_are_read_from_jsonl_and_csv_alike(tmp_path, corpus):
    corpus.add_text("Apples are red. Pears are green. Plums are blue.", name="fruit")
    (tmp_path / "q.jsonl").write_text(
        '{"question": "Which pears?", "sentence": "pears  are GREEN."}\n\n'
        '{"question": "What colour are plums?", "answer": ["purple", "blue"]}\n'
        '{"question": "Which apples?", "answer": "yellow"}\n'
        '{"question": "Who is the king?"}\n'
    )
    (tmp_path / "q.csv").write_text(
        "question,answer,sentence\nWhich pears?,,Pears are green.\n"
        "What colour are plums?,blue,\nWhich apples?,yellow,\nWho is the king?,,\n"
    )
    for name in ("q.jsonl", "q.csv"):
        result = evaluate(read_questions(tmp_path / name), corpus)
        assert [outcome.rank for outcome in result.outcomes] == [1, 1, None, None]
        assert [outcome.span_f1 for outcome in result.outcomes] == [None, 0, 0, None], "unread"
        assert [outcome.answerable for outcome in result.outcomes] == [True, True, True, False]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("q.jsonl", b"{broken", "Line 1"),
        ("q.jsonl", b"[1]", "Entry 1"),
        ("q.jsonl", b'{"question": " ", "answer": "a"}', "Entry 1"),
        ("q.jsonl", b"\n", "no question"),
        ("q.csv", b"frage,antwort\na,b\n", "`question`"),
        ("q.csv", b"\xff\xfe\x00bad", "UTF-8"),
        ("q.txt", b"text", "neither .csv nor .jsonl"),
    ],
)
def test_a_bad_question_file_is_refused_with_the_line_at_fault(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BadQuestionFile, match=message):
        read_questions(tmp_path / name)


def test_a_missing_question_file_is_named(tmp_path):
    with pytest.raises(BadQuestionFile, match=r"none\.csv"):
        read_questions(tmp_path / "none.csv")
