"""What the reader of chapter 26 does: write attention, heads, positions, norms and a block, count, read and choose."""

import numpy as np

from dlbook.figures.transformer import UNSEEN_MASK
from dlbook.practise.exercise import Choose, Code, Mistake, Predict, Route
from dlbook.scratch import attention, layers, losses, schedules, transformer
from dlbook.scratch.transformer import TransformerEncoderLayer


def _attention_cases():
    rng, found = np.random.default_rng(0), []
    for N, T, S, E, V in ((1, 2, 2, 3, 3), (2, 4, 3, 4, 2), (3, 5, 5, 16, 3)):
        may = rng.random((T, S)) < 0.6
        may[:, 0] = True  # each row may look somewhere
        found.append((*(2 * rng.normal(size=shape) for shape in ((N, T, E), (N, S, E), (N, S, V))), may))
    return found


def _attention_reference(q, k, v, may_look):
    return attention.scaled_dot_product(q, k, v, may_look)[0]


def _attention(
    scores="q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])", masked="np.where(may_look, s, -np.inf)",
    e="np.exp(s - s.max(axis=-1, keepdims=True))", weights="e / e.sum(axis=-1, keepdims=True)", after="weights @ v",
) -> str:  # fmt: skip
    """Attention with these lines."""
    return f"""\
def attend(q, k, v, may_look):
    s = {scores}
    s = {masked}
    e = {e}
    weights = {weights}
    return {after}
"""


def _split_cases():
    rng = np.random.default_rng(1)
    return [(rng.normal(size=shape), H) for shape, H in (((1, 3, 4), 2), ((2, 5, 6), 3), ((3, 2, 8), 4))]


def _split_reference(x, num_heads):
    N, T, D = x.shape
    return x.reshape(N, T, num_heads, D // num_heads).swapaxes(1, 2)


def _block_cases():
    found = []
    for seed, (N, T, D, H, F) in enumerate(((1, 3, 4, 2, 8), (2, 5, 6, 3, 7), (3, 4, 8, 2, 16))):
        rng = np.random.default_rng(seed)
        layer = TransformerEncoderLayer(D, H, F, rng=seed)
        weights = {name: a + rng.normal(size=a.shape) / 3 for name, a in layer.state_dict().items()}
        found.append((rng.normal(size=(N, T, D)), weights, H))
    return found


def _block_reference(x, w, num_heads):
    return transformer.encoder_layer(x, w, num_heads, norm_first=True)


def _block(
    first="x = x + look(norm(x, 1))", second="x = x + think(norm(x, 2))", hidden="np.maximum(z, 0)",
    heads="num_heads", end="return x",
) -> str:  # fmt: skip
    """A block with these lines."""
    return f"""\
def block(x, w, num_heads):
    from dlbook.scratch import attention, layers

    def norm(x, k):
        return layers.layer_norm(x, x.shape[-1], w[f"norm{{k}}.weight"], w[f"norm{{k}}.bias"])

    def look(x):
        names = ("in_proj_weight", "out_proj.weight", "in_proj_bias", "out_proj.bias")
        return attention.multi_head(x, x, x, {heads}, *[w[f"self_attn.{{name}}"] for name in names])[0]

    def think(x):
        z = x @ w["linear1.weight"].T + w["linear1.bias"]
        return {hidden} @ w["linear2.weight"].T + w["linear2.bias"]

    {first}
    {second}
    {end}
"""


def _position_cases():
    return [(1, 2), (5, 4), (12, 6), (40, 16)]


def _positions(angle="t / 10000 ** (2 * i / D)", even="np.sin(angle)", odd="np.cos(angle)") -> str:
    """Positions with these lines."""
    return f"""\
def positions(T, D):
    t, i = np.arange(T)[:, None], np.arange(D // 2)
    angle = {angle}
    P = np.zeros((T, D))
    P[:, ::2], P[:, 1::2] = {even}, {odd}
    return P
"""


def _norm_cases():
    rng = np.random.default_rng(3)
    shapes = ((1, 4), (3, 5), (2, 3, 6))
    return [(5 * rng.normal(size=s) + 3, rng.normal(size=s[-1]), rng.normal(size=s[-1]), 1e-5) for s in shapes]


def _norm_reference(x, gamma, beta, eps):
    return layers.layer_norm(x, x.shape[-1], gamma, beta, eps)


def _norm(axis="-1", root="np.sqrt(var + eps)", d="x - x.mean(axis=AXIS, keepdims=True)") -> str:
    """A layer norm with these lines."""
    d = d.replace("AXIS", axis)
    return f"""\
def layer_norm(x, gamma, beta, eps):
    d = {d}
    var = (d * d).mean(axis={axis}, keepdims=True)
    return gamma * d / {root} + beta
"""


def _swiglu_cases():
    rng = np.random.default_rng(4)
    sizes = ((1, 2, 3), (4, 3, 5), (2, 4, 2))
    return [
        tuple(2 * rng.normal(size=shape) for shape in ((N, D), (F, D), (F, D), (D, F))) for N, D, F in sizes
    ]  # fmt: skip


def _swiglu(gate="z / (1 + np.exp(-z))", product="gate * (x @ up.T)") -> str:
    return f"""\
def swiglu(x, W, up, down):
    z = x @ W.T
    gate = {gate}
    return ({product}) @ down.T
"""


def _weight(scale=2.0, seen=(0, 1)) -> float:
    """The weight of the second word for scores 0, 4 and 8 that are divided by this."""
    e = np.exp(np.array([0.0, 4.0, 8.0]) / scale)
    return e[1] / e[list(seen)].sum()


def _rate(step) -> float:
    return float(schedules.inverse_sqrt(step - 1, 1.0, 256, 100))


def _smooth_loss(epsilon=0.2) -> float:
    shares = losses.smooth_labels(np.array([0]), 5, epsilon)
    return float(losses.cross_entropy_from_logits(shares, np.log([[0.6, 0.1, 0.1, 0.1, 0.1]])))


EXERCISES = [
    Predict(
        id="transformer.one_weight",
        concepts=("attention.self_attention", "attention.mask"),
        title="One weight by hand",
        level="easy",
        minutes=5,
        task="Word 2 of three asks with a query of $E = 4$ numbers. Its products with the three keys are $0$, $4$ and"
        " $8$. The mask is causal. With which **weight** does it look at itself?",
        hints=(
            "Two things come before the softmax: a division, and the mask.",
            "Divide by √4 = 2. The third word comes later, so its score is −∞ and its exponential 0.",
        ),
        solution="The scores are $0$, $2$ and $-\\infty$, their exponentials $1$, $7.389$ and $0$. The weight is"
        " $7.389 / 8.389 = \\mathbf{0.881}$.",
        answer=_weight,
        tolerance=0.002,
        wrong_routes=(
            Route(_weight(1.0), "You did not divide by √E. The scores are 0 and 2, not 0 and 4."),
            Route(lambda: _weight(2.0, (0, 1, 2)), "You let it look at the third word, which comes later."),
            Route(_weight(4.0), "You divided by E. It is the root of E, which is 2."),
            Route(1 - _weight(), "That is the weight of the first word."),
        ),
    ),
    Code(
        id="transformer.write_attention",
        concepts=("attention.self_attention", "attention.mask"),
        title="Write attention",
        level="medium",
        minutes=12,
        task="Write `attend(q, k, v, may_look)` for `q` (N, T, E), `k` (N, S, E), `v` (N, S, V) and a mask `may_look`"
        " (T, S), in which True means *may look*. Return the output, (N, T, V). Scores are divided by the root of E."
        " The numbers that you are checked against are those of `F.scaled_dot_product_attention`.",
        stub="def attend(q, k, v, may_look):\n    ...\n",
        hints=(
            "Four steps: scores, mask, softmax, mean of the values. `k.swapaxes(-1, -2)` turns the last two axes.",
            "np.where puts −np.inf where it may not look, before the softmax.",
            "The softmax goes along the keys, which is the last axis. Subtract each row's largest score first.",
        ),
        solution=_attention(),
        cases=_attention_cases,
        reference=_attention_reference,
        mistakes=(
            Mistake(
                "not scaled",
                _attention(scores="q @ k.swapaxes(-1, -2)"),
                "Your scores are not divided by the root of E.",
            ),
            Mistake(
                "divided by E",
                _attention(scores="q @ k.swapaxes(-1, -2) / q.shape[-1]"),
                "You divided by E. It is its root.",
            ),
            Mistake(
                "the mask turned round",
                _attention(masked="np.where(may_look, -1e30, s)"),
                "You hide what may be seen. True means that the word may look, as in F.scaled_dot_product_attention.",
            ),
            Mistake(
                "masked after the softmax",
                _attention(masked="s", after="(weights * may_look) @ v"),
                "You masked after the softmax, so that the weights that are left do not add up to 1.",
            ),
            Mistake(
                "softmax over the words that ask",
                _attention(e="np.exp(s - s[np.isfinite(s)].max())", weights="e / e.sum(axis=-2, keepdims=True)"),
                "Your softmax goes along the queries. Each query shares its 1 among the keys, along the last axis.",
            ),
        ),
    ),
    Predict(
        id="transformer.read_the_mask",
        concepts=("attention.mask",),
        title="Read a mask",
        level="easy",
        minutes=4,
        figure="transformer.read_the_mask",
        task="In the mask above all scores are the same. What is the **smallest weight** that is not 0?",
        hints=(
            "Equal scores share the weight evenly among the words that may be looked at. Which row has the most?",
            "The last column is padding, so no word looks at it. The fullest rows have three squares.",
        ),
        solution="Equal scores give equal weights. The third and the fourth row have three words to look at, which get"
        " $\\frac{1}{3} = \\mathbf{0.333}$ each.",
        answer=lambda: 1 / UNSEEN_MASK.sum(axis=1).max(),
        tolerance=0.004,
        wrong_routes=(
            Route(0.25, "That would be a row with four words. The last column is empty."),
            Route(1.0, "That is the first row. The fullest row shares its weight among more words."),
            Route(0.5, "That is the second row. There are rows with more squares."),
        ),
    ),
    Choose(
        id="transformer.which_convention",
        concepts=("attention.mask", "attention.multi_head"),
        title="True means what?",
        level="medium",
        minutes=4,
        task="A translator learns quickly to a loss near 0 and writes nonsense when it is used. Its decoder calls"
        " `nn.MultiheadAttention(…)(x, x, x, attn_mask=torch.ones(T, T).tril(-1).bool())`. What happens?",
        options={
            "peeks": "Each word sees itself and the words after it, among them the one it has to guess.",
            "padding": "The mask hides the padding, and the future stays open.",
            "right": "The mask is right, and the fault lies elsewhere.",
            "nothing": "No word may look at any other, so nothing is mixed.",
        },
        answer="peeks",
        hints=(
            "In nn.MultiheadAttention, does True mean that a word may look, or that it may not?",
            "`tril(-1)` keeps what is below the diagonal, which is the past. With True = may not look, what is left?",
        ),
        solution="In `nn.MultiheadAttention` True means may **not** look. The lower triangle, the past, is hidden, and"
        " the future is open. In training the next word can be copied. In use it is not there yet. The mask that hides"
        " the future is `torch.ones(T, T).triu(1).bool()`.",
        wrong={
            "padding": "The mask has the shape of words by words. Padding is told by `key_padding_mask`.",
            "right": "It lets each word see itself and what comes later. In nn.MultiheadAttention True hides.",
            "nothing": "On the diagonal and above it the mask is False, and there words may look.",
        },
    ),
    Code(
        id="transformer.split_heads",
        concepts=("attention.multi_head",),
        title="Cut into heads",
        level="easy",
        minutes=8,
        task="Write `split(x, num_heads)`, which cuts `x` of shape (N, T, D) into heads of D / H features:"
        " (N, H, T, D / H). Head 0 gets the first features.",
        stub="def split(x, num_heads):\n    ...\n",
        hints=(
            "First cut the last axis in two, (N, T, H, D / H). Then bring the axes into the order asked for.",
            "`x.reshape(N, T, num_heads, D // num_heads)` keeps each word's features together.",
            "Swap the axes 1 and 2 at the end.",
        ),
        solution="def split(x, num_heads):\n    N, T, D = x.shape\n"
        "    return x.reshape(N, T, num_heads, D // num_heads).swapaxes(1, 2)\n",
        cases=_split_cases,
        reference=_split_reference,
        mistakes=(
            Mistake(
                "reshaped at once",
                "def split(x, num_heads):\n    N, T, D = x.shape\n"
                "    return x.reshape(N, num_heads, T, D // num_heads)\n",
                "A reshape does not swap axes. Yours mixes the features of different words in one head.",
            ),
            Mistake(
                "every other feature",
                "def split(x, num_heads):\n    N, T, D = x.shape\n"
                "    return x.reshape(N, T, D // num_heads, num_heads).transpose(0, 3, 1, 2)\n",
                "Your heads take features in turns. Head 0 gets the first D / H of them.",
            ),
            Mistake(
                "axes not swapped",
                "def split(x, num_heads):\n    N, T, D = x.shape\n"
                "    return x.reshape(N, T, num_heads, D // num_heads)\n",
                "Your shape is (N, T, H, D / H). Heads come before words, so that each of them is an attention of its"
                " own.",
            ),
        ),
    ),
    Code(
        id="transformer.write_positions",
        concepts=("attention.positional_encoding",),
        title="A clock of many hands",
        level="medium",
        minutes=10,
        task="Write `positions(T, D)`, the sinusoidal encoding: shape (T, D), sines at the even features, cosines at"
        " the odd ones, with the angle $t / 10000^{2i/D}$ for pair $i$.",
        stub="def positions(T, D):\n    ...\n",
        hints=(
            "Make the places a column and the pairs a row. Then one division gives all angles, (T, D / 2).",
            "Fill a matrix of zeros. `P[:, ::2]` are its even columns, `P[:, 1::2]` the odd ones.",
            "The exponent is 2 i / D for i = 0, …, D / 2 − 1, the same for the sine and the cosine of a pair.",
        ),
        solution=_positions(),
        cases=_position_cases,
        reference=lambda T, D: attention.positional_encoding(T, D),
        mistakes=(
            Mistake(
                "exponent without the 2",
                _positions(angle="t / 10000 ** (i / D)"),
                "Your exponent is i / D. A pair has two features, so it is 2 i / D.",
            ),
            Mistake(
                "sine and cosine swapped",
                _positions(even="np.cos(angle)", odd="np.sin(angle)"),
                "Sines belong to the even features, cosines to the odd ones.",
            ),
            Mistake(
                "places from 1",
                _positions(angle="(t + 1) / 10000 ** (2 * i / D)"),
                "Your places count from 1. The first word stands at place 0, with sines of 0 and cosines of 1.",
            ),
        ),
    ),
    Code(
        id="transformer.write_layer_norm",
        concepts=("layers.layer_norm",),
        title="Write a layer norm",
        level="easy",
        minutes=8,
        task="Write `layer_norm(x, gamma, beta, eps)` for `x` of shape (…, D): each word is normalized over its own"
        " features, then scaled and shifted.",
        stub="def layer_norm(x, gamma, beta, eps):\n    ...\n",
        hints=(
            "Along which axis lie the features of one word? Keep that axis, with keepdims=True.",
            "d is x minus its mean, and the variance is the mean of d · d.",
            "eps stands beside the variance, under the root.",
        ),
        solution=_norm(),
        cases=_norm_cases,
        reference=_norm_reference,
        mistakes=(
            Mistake(
                "over the batch",
                _norm(axis="0"),
                "You took the mean over the words of the batch. That is a batch norm. A layer norm asks each word.",
            ),
            Mistake(
                "not centred",
                _norm(d="x"),
                "You did not take the mean away. What you have written is an RMS norm.",
            ),
            Mistake(
                "no root",
                _norm(root="(var + eps)"),
                "You divided by the variance. It is its root, the standard deviation.",
            ),
        ),
    ),
    Code(
        id="transformer.write_block",
        concepts=("transformer.encoder_layer", "attention.multi_head", "layers.layer_norm"),
        title="Build a block",
        level="hard",
        minutes=18,
        task="Write `block(x, w, num_heads)`: one layer of an encoder, **pre-norm**, with ReLU. `w` holds its weights"
        " by torch's names: `self_attn.in_proj_weight`, `self_attn.in_proj_bias`, `self_attn.out_proj.weight`,"
        " `self_attn.out_proj.bias`, `linear1.weight`, `linear1.bias`, `linear2.weight`, `linear2.bias`, and weight and"
        " bias of `norm1` and `norm2`. Use `attention.multi_head` and `layers.layer_norm` of `dlbook.scratch`, and"
        " import them inside your function. The numbers are those of `nn.TransformerEncoderLayer(…, norm_first=True)`.",
        stub="def block(x, w, num_heads):\n    ...\n",
        hints=(
            "Two lines of the form x = x + f(norm(x)), first with the attention, then with the feed-forward net. Each"
            " has a norm of its own.",
            "multi_head(x, x, x, num_heads, in_proj_weight, out_proj_weight, in_proj_bias, out_proj_bias) gives output"
            " and weights; take the first.",
            "The feed-forward net: a linear layer, ReLU, a linear layer. A torch weight is (out, in), so a word as a"
            " row is multiplied by its transpose.",
        ),
        solution=_block(),
        cases=_block_cases,
        reference=_block_reference,
        mistakes=(
            Mistake(
                "post-norm",
                _block("x = norm(x + look(x), 1)", "x = norm(x + think(x), 2)"),
                "That is post-norm, as in 2017. Here each part reads a normalized word, and the sum stays as it is.",
            ),
            Mistake(
                "no residual",
                _block("x = look(norm(x, 1))", "x = think(norm(x, 2))"),
                "You left out the residuals. What a part finds is added to what was there.",
            ),
            Mistake(
                "one norm twice",
                _block(second="x = x + think(norm(x, 1))"),
                "You used norm1 twice. The feed-forward net has norm2.",
            ),
            Mistake(
                "no ReLU",
                _block(hidden="z"),
                "Between the two linear layers a ReLU is missing. Without it they are one linear layer.",
            ),
            Mistake(
                "one head",
                _block(heads="1"),
                "You used a single head. The features are to be cut into num_heads of them.",
            ),
            Mistake(
                "side by side",
                _block("y = x + look(norm(x, 1))", "y = y + think(norm(x, 2))", end="return y"),
                "Your feed-forward net reads the old words. It comes after the attention, and reads what that gave.",
            ),
        ),
    ),
    Predict(
        id="transformer.count",
        concepts=("transformer.transformer", "transformer.encoder_layer"),
        title="How many numbers does a layer learn?",
        level="medium",
        minutes=6,
        task="`nn.TransformerEncoderLayer(d_model=16, nhead=4, dim_feedforward=32)` has biases everywhere. How many"
        " parameters does it have?",
        hints=(
            "Attention has four matrices of 16 × 16 with biases. Does the number of heads matter?",
            "The feed-forward net has 16 · 32 + 32 and 32 · 16 + 16 numbers. How many norms are there?",
        ),
        solution="Attention $4 \\cdot (256 + 16) = 1088$, feed-forward net $544 + 528 = 1072$, two norms $2 \\cdot 32 ="
        " 64$. Together $\\mathbf{2224}$. The heads only cut the matrices.",
        answer=lambda: sum(w.size for w in TransformerEncoderLayer(16, 4, 32).parameters().values()),
        tolerance=0.5,
        wrong_routes=(
            Route(2224 - 32, "You counted one norm. There is one for the attention and one for the feed-forward net."),
            Route(2224 - 272, "You counted three matrices in the attention. W_o is the fourth."),
            Route(4 * 1088 + 1072 + 64, "You counted the attention once for each head. Heads only cut its matrices."),
            Route(4 * 256 + 2 * 512 + 64, "You left out the biases of the linear layers."),
        ),
    ),
    Predict(
        id="transformer.warm",
        concepts=("schedules.inverse_sqrt",),
        title="After the warm-up",
        level="easy",
        minutes=5,
        task="The schedule of the paper, with $D = 256$, $w = 100$ and $\\eta = 1$. What is the learning rate at step"
        " $s = 400$?",
        hints=(
            "Is step 400 within the warm-up, or after it? Which of the two terms is the smaller one?",
            "256 to the power −½ is 1/16. After the warm-up the other factor is 1 / √s.",
        ),
        solution="$400 > 100$, so $\\eta_s = \\frac{1}{16} \\cdot \\frac{1}{\\sqrt{400}} = \\frac{1}{320} ="
        " \\mathbf{0.003125}$, half of the peak.",
        answer=lambda: _rate(400),
        tolerance=0.00002,
        wrong_routes=(
            Route(lambda: 400 * 100**-1.5 / 16, "You took the term of the warm-up. After step w the other is smaller."),
            Route(lambda: _rate(100), "That is the peak, at step 100. By step 400 it has fallen."),
            Route(1 / 20, "You left out the factor of D."),
        ),
    ),
    Predict(
        id="transformer.smooth",
        concepts=("losses.smooth_labels",),
        title="What smoothing costs",
        level="medium",
        minutes=6,
        task="Five classes, label smoothing with $\\varepsilon = 0.2$. A net gives the true class the probability 0.6"
        " and each other one 0.1. What is the **loss**?",
        hints=(
            "What does the true class get, and what each other one? They add up to 1.",
            "The true class gets 1 − ε and a fifth of ε, each other one a fifth of ε. Weigh the negative"
            " logarithms with these.",
        ),
        solution="$-0.84 \\log 0.6 - 4 \\cdot 0.04 \\log 0.1 = 0.4291 + 0.3684 = \\mathbf{0.7975}$. Without smoothing"
        " it is $0.511$.",
        answer=_smooth_loss,
        tolerance=0.003,
        wrong_routes=(
            Route(lambda: _smooth_loss(0.0), "That is the loss without smoothing, −log 0.6."),
            Route(
                lambda: -0.8 * np.log(0.6) - 0.2 * np.log(0.1),
                "You shared ε among the four wrong classes. It is shared among all five, the true one too.",
            ),
            Route(lambda: -0.84 * np.log(0.6), "The other four classes count, too, each with 0.04."),
        ),
    ),
    Predict(
        id="transformer.turn",
        concepts=("attention.rotary",),
        title="Moved along",
        level="medium",
        minutes=5,
        task="Rotary positions on one pair of features, with $\\omega_0 = 1$. Query and key are both $(1, 0)$ before"
        " they are turned. The query stands at place 9, the key at place 8. What is their **product**?",
        hints=(
            "Both are turned. By which angle do they differ afterwards?",
            "The product of two vectors of length 1 is the cosine of the angle between them.",
        ),
        solution="They are turned by 9 and by 8 radians, so the angle between them is 1. The product is $\\cos 1 ="
        " \\mathbf{0.540}$, as for any two neighbours.",
        answer=lambda: float(np.cos(1)),
        tolerance=0.002,
        wrong_routes=(
            Route(lambda: float(np.cos(9)), "You turned the query alone. The key is turned by its place, too."),
            Route(lambda: float(np.cos(17)), "You added the angles. The product knows their difference."),
            Route(lambda: float(np.sin(1)), "The product of two unit vectors is the cosine of their angle."),
            Route(1.0, "That is the product before they are turned."),
        ),
    ),
    Code(
        id="transformer.write_swiglu",
        concepts=("transformer.swiglu",),
        title="A gate",
        level="easy",
        minutes=7,
        task="Write `swiglu(x, W, up, down)` for `x` (N, D), `W` and `up` (F, D), `down` (D, F): the gate is"
        " silu of `W` times each word, with silu(z) = z / (1 + e⁻ᶻ).",
        stub="def swiglu(x, W, up, down):\n    ...\n",
        hints=(
            "Words are rows, so each weight is transposed: `x @ W.T` is (N, F).",
            "The gate and `x @ up.T` have one shape, and they are multiplied number by number.",
            "The product goes through `down`, back to D features.",
        ),
        solution=_swiglu(),
        cases=_swiglu_cases,
        reference=transformer.swiglu,
        mistakes=(
            Mistake(
                "a sigmoid",
                _swiglu(gate="1 / (1 + np.exp(-z))"),
                "Your gate is a sigmoid, which makes a GLU. silu is z times it.",
            ),
            Mistake("no gate", _swiglu(product="gate"), "The second layer is missing: the gate multiplies x @ up.T."),
            Mistake("a sum", _swiglu(product="gate + x @ up.T"), "You added. A gate multiplies what passes."),
        ),
    ),
    Choose(
        id="transformer.which_norm",
        concepts=("layers.rms_norm", "layers.layer_norm"),
        title="Which norm was it?",
        level="easy",
        minutes=4,
        task="Behind a norm without scale and shift a word reads $(0.2,\\ 0.6,\\ 1.0,\\ 1.6)$. Which norm was it?",
        options={
            "rms": "an RMS norm",
            "layer": "a layer norm",
            "either": "It could be either.",
            "none": "neither of them",
        },
        answer="rms",
        hints=(
            "What is the mean of the four numbers? What must it be behind a layer norm?",
            "And the mean of their squares? Compute 0.04 + 0.36 + 1 + 2.56.",
        ),
        solution="Their mean is $0.85$ and not 0, so it was no layer norm. The mean of their squares is $3.96 / 4 ="
        " 0.99$, which is 1 up to rounding. It was an **RMS norm**.",
        wrong={
            "layer": "Behind a layer norm the numbers add up to 0. These are all positive.",
            "either": "Only where the mean is 0 do both give the same.",
            "none": "The mean of the squares is 0.99. That is 1 up to rounding, as behind an RMS norm.",
        },
    ),
    Predict(
        id="transformer.longer",
        concepts=("attention.self_attention",),
        title="Three times as long",
        level="easy",
        minutes=4,
        task="A model keeps a cache of keys and values while it writes. A text grows from 1,000 to 3,000 words. By"
        " which **factor** does the cache grow?",
        hints=(
            "What is kept for each word? Does it depend on how many words there are?",
            "It is the scores, and not the keys and values, of which there are T · T.",
        ),
        solution="Each word leaves one key and one value in each layer and head, so the cache grows with the length, to"
        " $\\mathbf{3}$ times its size. The scores that were computed on the way grow to about nine times.",
        answer=lambda: 3.0,
        tolerance=0.01,
        wrong_routes=(
            Route(9, "That is how the scores grow. The cache holds keys and values, and each word has one of these."),
            Route(27, "That is what writing without a cache would cost. Asked is how much is kept."),
            Route(2, "It grows by two thirds of its new size, to three times the old one."),
        ),
    ),
]
