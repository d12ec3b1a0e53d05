"""Numbers in words, from 0 to 10¹²: English, French and German, as a dictionary writes them.

`~` stands where parts grow together into one word: with a hyphen in English and French, with nothing in German.
"""

from numbers import Integral

LARGEST = 10**12
UNITS = (10**12, 10**9, 10**6, 1000, 100)
JOINS = {"en": "-", "fr": "-", "de": ""}

EN_UNITS = "trillion billion million thousand hundred".split()
EN_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
FR_UNITS = "billion milliard million mille cent".split()
FR_ONES = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
FR_TENS = "vingt trente quarante cinquante soixante".split()
DE_UNITS = "Billion Milliarde Million tausend hundert".split()
DE_ONES = (
    "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn"
).split()
DE_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()


def spell(n: int, language: str) -> str:
    """n in words, in "en", "fr" or "de".

    English has the British "and", and no comma; French writes numbers as before 1990.

    >>> spell(1138, "en"), spell(1138, "fr"), spell(1138, "de")
    ('one thousand one hundred and thirty-eight', 'mille cent trente-huit', 'eintausendeinhundertachtunddreißig')
    """
    return _joined(n, language).replace("~", JOINS[language])


def words(n: int, language: str) -> list[str]:
    """The same, taken apart: what hyphens or German join are words of their own, in small letters.

    >>> words(1138, "de")
    ['ein', 'tausend', 'ein', 'hundert', 'acht', 'und', 'dreißig']
    """
    return _joined(n, language).replace("~", " ").lower().split()


def _joined(n: int, language: str) -> str:
    if language not in JOINS:
        raise ValueError(f"language must be one of {', '.join(map(repr, JOINS))}: got {language!r}")
    if isinstance(n, bool) or not isinstance(n, Integral) or not 0 <= n <= LARGEST:
        raise ValueError(f"n must be a whole number: got {n!r}, need 0 to 10¹²")
    return {"en": english, "fr": french, "de": german}[language](int(n))


def english(n: int) -> str:
    """Groups of three digits, each with its name; "and" before what is below a hundred."""
    if n < 20:
        return EN_ONES[n]
    if n < 100:
        return EN_TENS[n // 10 - 2] + (f"~{EN_ONES[n % 10]}" if n % 10 else "")
    unit, name = _largest(n, EN_UNITS)
    count, rest = divmod(n, unit)
    tail = (" and " if rest < 100 else " ") + english(rest) if rest else ""
    return f"{english(count)} {name}{tail}"


def french(n: int) -> str:
    """70 is sixty-ten, 80 four-twenties; `vingt` and `cent` take an s where they are several and stand last."""
    if n < 17:
        return FR_ONES[n]
    if n < 20:
        return f"dix~{FR_ONES[n - 10]}"
    if n < 100:
        tens, rest = (n // 10 - n // 10 % 2, n % 20) if n >= 60 else (n // 10, n % 10)  # 60 and 80 count to 19
        name = "quatre~vingt" if tens == 8 else FR_TENS[tens - 2]
        if rest == 0:
            return name + "s" * (tens == 8)
        return f"{name} et {french(rest)}" if rest in (1, 11) and tens < 8 else f"{name}~{french(rest)}"
    unit, name = _largest(n, FR_UNITS)
    count, rest = divmod(n, unit)
    many = french(count)
    if unit == 1000 and count % 100 in (0, 80):  # `mille` is no noun: before it the s falls
        many = many.removesuffix("s")
    name += "s" * (count > 1 and (unit > 1000 or (unit == 100 and rest == 0)))
    parts = [name] if count == 1 and unit <= 1000 else [many, name]  # `cent` and `mille`, but `un million`
    return " ".join(parts + [french(rest)] * (rest > 0))


def german(n: int) -> str:
    """Ones before tens; one word up to a million, and from there on nouns with their own number."""
    if n == 1:
        return "eins"
    if n < 20:
        return DE_ONES[n]
    if n < 100:
        ones = f"{DE_ONES[n % 10]}~und~" if n % 10 else ""
        return ones + DE_TENS[n // 10 - 2]
    unit, name = _largest(n, DE_UNITS)
    count, rest = divmod(n, unit)
    many = german(count).removesuffix("s" if count % 100 == 1 else "")  # einhundert, but eins alone
    if unit <= 1000:
        return f"{many}~{name}" + (f"~{german(rest)}" if rest else "")
    many += "e" * (count % 100 == 1)  # Million and the like are feminine
    plural = ("n" if name.endswith("e") else "en") * (count > 1)
    return f"{many} {name}{plural}" + (f" {german(rest)}" if rest else "")


def _largest(n: int, names: list[str]) -> tuple[int, str]:
    """The largest unit that n holds, and its name."""
    return next((unit, name) for unit, name in zip(UNITS, names, strict=True) if n >= unit)
