"""What libraries of the field say of tokens, numbers in words and neighbours: without a network, in tests alone."""

import numpy as np
import pytest
import tiktoken
from gensim.models import KeyedVectors
from num2words import num2words
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from dlbook.data import numbers, texts
from dlbook.scratch import embedding, text
from dlbook.scratch.text.byte_pairs import PIECE

PLAY = texts.shakespeare()[:200_000]
UNSEEN = texts.shakespeare()[-20_000:] + " Ça coûte 5 €.\n\n\tx"
MERGES = text.bpe_merges(PLAY, 500)

# The library writes a byte as one letter: those that print as themselves, the others from 256 upwards.
PRINTED = [*range(33, 127), *range(161, 173), *range(174, 256)]
LETTER = {b: chr(b) for b in PRINTED} | {
    b: chr(256 + i) for i, b in enumerate(b for b in range(256) if b not in PRINTED)
}


def letters(token: bytes) -> str:
    return "".join(LETTER[byte] for byte in token)


def cut() -> pre_tokenizers.PreTokenizer:
    """Where the book cuts, then bytes as letters."""
    parts = [pre_tokenizers.Split(Regex(PIECE.pattern), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)]
    return pre_tokenizers.Sequence(parts)


def test_tiktoken_encodes_with_our_merges_as_we_do():
    known = text.bpe_tokens(MERGES)
    assert len(set(known)) == len(known)
    encoding = tiktoken.Encoding(
        "ours", pat_str=PIECE.pattern, mergeable_ranks={b: i for i, b in enumerate(known)}, special_tokens={}
    )
    assert encoding.encode(UNSEEN) == text.bpe_encode(UNSEEN, MERGES)
    assert encoding.decode(encoding.encode(UNSEEN)) == UNSEEN


def test_tokenizers_encodes_with_our_merges_as_we_do():
    known = text.bpe_tokens(MERGES)
    pairs = [(letters(known[a]), letters(known[b])) for a, b in MERGES]
    theirs = Tokenizer(models.BPE({letters(token): i for i, token in enumerate(known)}, pairs))
    theirs.pre_tokenizer = cut()
    assert theirs.encode(UNSEEN).ids == text.bpe_encode(UNSEEN, MERGES)


def test_tokenizers_learns_our_merges_but_for_ties():
    """Of pairs that occur equally often it takes others first: nearly all tokens are found by both."""
    theirs = Tokenizer(models.BPE())
    theirs.pre_tokenizer = cut()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=256 + len(MERGES), initial_alphabet=alphabet, show_progress=False)
    theirs.train_from_iterator([PLAY], trainer)
    ours = [letters(token) for token in text.bpe_tokens(MERGES)[256:]]
    found = [token for token, _ in sorted(theirs.get_vocab().items(), key=lambda item: item[1])][256:]
    assert found[:50] == ours[:50]
    assert len(set(found) & set(ours)) >= 0.98 * len(ours)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_num2words_spells_numbers_as_we_do(language):
    rng = np.random.default_rng(0)
    drawn = [int(n) for digits in range(4, 13) for n in rng.integers(10 ** (digits - 1), 10**digits, 200)]
    for n in [*range(2_000), *drawn, *(10**k for k in range(13))]:
        theirs = num2words(n, lang=language).replace(",", "")
        # In German it leaves the one of 201,000 and of 301 million as it is counted: "eins".
        theirs = theirs.replace("einstausend", "eintausend").replace("eins Mi", "eine Mi")
        assert numbers.spell(n, language) == theirs, n


def test_gensim_answers_analogies_as_we_do():
    words, vectors = texts.glove()
    theirs = KeyedVectors(vectors.shape[1])
    theirs.add_vectors(list(words), np.asarray(vectors, np.float32))
    row = {word: i for i, word in enumerate(words)}
    asked = [("man", "king", "woman"), ("paris", "france", "rome"), ("big", "bigger", "small"), ("go", "went", "see")]
    ids = [np.array([row[question[i]] for question in asked]) for i in range(3)]
    for question, ours in zip(asked, embedding.analogy(vectors, *ids, k=5), strict=True):
        a, b, c = question
        said = [word for word, _ in theirs.most_similar(positive=[b, c], negative=[a], topn=5)]
        assert said == [words[i] for i in ours], question
