"""Numbers in words: a table that was checked by hand, and a reader that counts the words back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbook.data import numbers

# What is easily spelt wrong: one, ten and twenty in each language, their plurals, their nouns, and what stands between.
TABLE = [
    (0, "zero", "zéro", "null"),
    (1, "one", "un", "eins"),
    (13, "thirteen", "treize", "dreizehn"),
    (16, "sixteen", "seize", "sechzehn"),
    (17, "seventeen", "dix-sept", "siebzehn"),
    (20, "twenty", "vingt", "zwanzig"),
    (21, "twenty-one", "vingt et un", "einundzwanzig"),
    (38, "thirty-eight", "trente-huit", "achtunddreißig"),
    (40, "forty", "quarante", "vierzig"),
    (61, "sixty-one", "soixante et un", "einundsechzig"),
    (70, "seventy", "soixante-dix", "siebzig"),
    (71, "seventy-one", "soixante et onze", "einundsiebzig"),
    (77, "seventy-seven", "soixante-dix-sept", "siebenundsiebzig"),
    (80, "eighty", "quatre-vingts", "achtzig"),
    (81, "eighty-one", "quatre-vingt-un", "einundachtzig"),
    (90, "ninety", "quatre-vingt-dix", "neunzig"),
    (91, "ninety-one", "quatre-vingt-onze", "einundneunzig"),
    (99, "ninety-nine", "quatre-vingt-dix-neuf", "neunundneunzig"),
    (100, "one hundred", "cent", "einhundert"),
    (101, "one hundred and one", "cent un", "einhunderteins"),
    (180, "one hundred and eighty", "cent quatre-vingts", "einhundertachtzig"),
    (200, "two hundred", "deux cents", "zweihundert"),
    (201, "two hundred and one", "deux cent un", "zweihunderteins"),
    (1_000, "one thousand", "mille", "eintausend"),
    (1_001, "one thousand and one", "mille un", "eintausendeins"),
    (1_100, "one thousand one hundred", "mille cent", "eintausendeinhundert"),
    (2_000, "two thousand", "deux mille", "zweitausend"),
    (21_000, "twenty-one thousand", "vingt et un mille", "einundzwanzigtausend"),
    (80_000, "eighty thousand", "quatre-vingt mille", "achtzigtausend"),
    (80_080, "eighty thousand and eighty", "quatre-vingt mille quatre-vingts", "achtzigtausendachtzig"),
    (100_000, "one hundred thousand", "cent mille", "einhunderttausend"),
    (101_000, "one hundred and one thousand", "cent un mille", "einhunderteintausend"),
    (200_200, "two hundred thousand two hundred", "deux cent mille deux cents", "zweihunderttausendzweihundert"),
    (380_000, "three hundred and eighty thousand", "trois cent quatre-vingt mille", "dreihundertachtzigtausend"),
    (10**6, "one million", "un million", "eine Million"),
    (10**6 + 1, "one million and one", "un million un", "eine Million eins"),
    (
        1_234_567,
        "one million two hundred and thirty-four thousand five hundred and sixty-seven",
        "un million deux cent trente-quatre mille cinq cent soixante-sept",
        "eine Million zweihundertvierunddreißigtausendfünfhundertsiebenundsechzig",
    ),
    (80 * 10**6, "eighty million", "quatre-vingts millions", "achtzig Millionen"),
    (101 * 10**6, "one hundred and one million", "cent un millions", "einhunderteine Millionen"),
    (200 * 10**6, "two hundred million", "deux cents millions", "zweihundert Millionen"),
    (10**9, "one billion", "un milliard", "eine Milliarde"),
    (2 * 10**9 + 1, "two billion and one", "deux milliards un", "zwei Milliarden eins"),
    (10**12, "one trillion", "un billion", "eine Billion"),
]


@pytest.mark.parametrize(("n", *numbers.JOINS), TABLE)
def test_the_table(n, en, fr, de):
    assert [numbers.spell(n, language) for language in ("en", "fr", "de")] == [en, fr, de]


BELOW_TWENTY = {
    "en": numbers.EN_ONES,
    "fr": [*numbers.FR_ONES],
    "de": ["null", "eins", *numbers.DE_ONES[2:], "ein", "eine"],
}
TENS = {
    "en": numbers.EN_TENS,
    "fr": numbers.FR_TENS,
    "de": numbers.DE_TENS,
}
SCALES = {
    "en": {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12},
    "fr": {"cent": 100, "mille": 1000, "million": 10**6, "milliard": 10**9, "billion": 10**12},
    "de": {"hundert": 100, "tausend": 1000, "million": 10**6, "milliarde": 10**9, "billion": 10**12},
}


def counted(words: list[str], language: str) -> int:
    """What the words say: small ones add up, hundred multiplies them, a larger unit closes its group."""
    small = {word: i for i, word in enumerate(BELOW_TWENTY[language])} | {"ein": 1, "eine": 1}
    small |= {word: 10 * i for i, word in enumerate(TENS[language], start=2)}
    total = group = 0
    for word in words:
        if language != "en" and word not in small:
            word = re.sub(r"(?<=[td])s$|(?<=million)(en|s)$|(?<=billion)(en|s)$|(?<=milliarde)n$", "", word)
        unit = SCALES[language].get(word, 1)
        if word in ("and", "et", "und"):
            continue
        if word == "vingt" and group % 100 == 4:  # quatre-vingt
            group += 76
        elif unit == 1:
            group += small[word]
        elif unit == 100:
            group = 100 * max(group, 1)
        else:
            total, group = total + unit * max(group, 1), 0
    return total + group


@given(
    st.one_of(st.integers(0, 2000), st.integers(0, 10**6), st.integers(0, 10**12)), st.sampled_from("en fr de".split())
)
def test_who_counts_the_words_gets_the_number(n, language):
    assert counted(numbers.words(n, language), language) == n


def test_words_are_few_and_in_small_letters():
    """What a network reads and writes: fewer than forty words a language, at most 27 in a number."""
    for language, most in (("en", 33), ("fr", 40), ("de", 40)):
        drawn = [numbers.words(n * 7_654_321 % 10**12, language) for n in range(20_000)]
        assert 28 <= len({word for row in drawn for word in row}) <= most
        assert max(map(len, drawn)) <= 27 and all(word == word.lower() for row in drawn for word in row)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((-1, "en"), "n must be a whole number: got -1, need 0 to 10¹²"),
        ((10**12 + 1, "de"), "n must be a whole number: got 1000000000001, need 0 to 10¹²"),
        ((2.5, "en"), "n must be a whole number: got 2.5, need 0 to 10¹²"),
        ((True, "en"), "n must be a whole number: got True, need 0 to 10¹²"),
        ((7, "it"), "language must be one of 'en', 'fr', 'de': got 'it'"),
    ],
)
def test_bad_input_is_named(args, message):
    for f in (numbers.spell, numbers.words):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
            f(*args)
