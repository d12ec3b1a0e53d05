"""What the reader of chapter 13 does: multiply by the prior, integrate, count people, and doubt a second opinion."""

import numpy as np

from dlbook.scratch import bayes
from dlbook.widgets.exercise import Choose, Code, Mistake, Predict, Route

COIN = {"a": 2.0, "b": 2.0, "heads": 8, "tosses": 10}  # of the figure that the reader is asked to read


def coin_posterior() -> tuple[np.ndarray, np.ndarray]:
    """Chances of heads (G,) and the density of the posterior there."""
    grid = np.linspace(0, 1, 401)
    a, b = bayes.beta_binomial(COIN["a"], COIN["b"], COIN["heads"], COIN["tosses"] - COIN["heads"])
    density = grid ** (a - 1) * (1 - grid) ** (b - 1)
    return grid, bayes.continuous(np.ones_like(grid), density, grid)


def _reference(prior, likelihood):
    with np.errstate(divide="ignore"):
        return np.exp(bayes.discrete_from_logs(np.log(prior), np.log(likelihood).sum(axis=0)))


def _data_cases():
    rng = np.random.default_rng(1)
    coins = np.array([0.2, 0.5, 0.9])
    return [
        (np.array([0.5, 0.3, 0.2]), np.stack([coins, coins, 1 - coins])),
        (np.array([0.9, 0.1]), np.array([[0.05, 0.8]])),
        (np.array([0.25, 0.25, 0.4, 0.1]), rng.uniform(0.1, 2, (5, 4))),
        (np.array([0.6, 0.4]), np.array([[0.5, 0.1], [0.0, 0.3]])),
    ]


def _grid_cases():
    p = np.linspace(0, 1, 21)
    theta = np.cumsum([0.0, 0.5, 0.1, 0.2, 0.9, 0.3, 0.4])  # points that are not evenly spaced
    return [
        (1.5 - p, p**2 * (1 - p) + 0.1, p),
        (np.exp(-theta), theta**2 + 0.2, theta),
        (np.array([1.0, 3.0, 1.0]), np.array([2.0, 1.0, 0.5]), np.array([-1.0, 0.0, 3.0])),
    ]


EXERCISES = [
    Code(
        id="bayes.several_data",
        concepts=("bayes.discrete",),
        title="Bayes' rule, several data",
        level="easy",
        minutes=8,
        task="Write `posterior(prior, likelihood)`. There are K hypotheses with prior (K,). `likelihood` (N, K) holds"
        " $P(d_i \\mid H_k)$ for N data, independent given the hypothesis. Return the belief (K,) after **all** of"
        " them.",
        stub="def posterior(prior, likelihood):\n    ...\n",
        hints=(
            "Independent given the hypothesis: how do the N probabilities in one column join into one?",
            "`likelihood.prod(axis=0)` goes down the columns and leaves (K,). How often does the prior enter?",
            "What you have then is P(D, H) for every H. Divide it by its own sum.",
        ),
        solution="""\
def posterior(prior, likelihood):
    joint = prior * likelihood.prod(axis=0)
    return joint / joint.sum()
""",
        cases=_data_cases,
        reference=_reference,
        mistakes=(
            Mistake(
                "not normalised",
                "def posterior(prior, likelihood):\n    return prior * likelihood.prod(axis=0)\n",
                "These are the joint probabilities P(D, H). They sum to P(D), not to 1: divide by their sum.",
            ),
            Mistake(
                "no prior",
                """\
def posterior(prior, likelihood):
    joint = likelihood.prod(axis=0)
    return joint / joint.sum()
""",
                "The prior does not enter: you judged by the data alone, as if all hypotheses were equally common."
                " This is base-rate neglect.",
            ),
            Mistake(
                "the prior once a datum",
                """\
def posterior(prior, likelihood):
    joint = (prior * likelihood).prod(axis=0)
    return joint / joint.sum()
""",
                "You multiplied by the prior once for every datum. It was believed once, before the first: multiply by"
                " it once.",
            ),
            Mistake(
                "sum of the likelihoods",
                """\
def posterior(prior, likelihood):
    joint = prior * likelihood.sum(axis=0)
    return joint / joint.sum()
""",
                "You added the likelihoods of the data. That all of them happened has the product of their"
                " probabilities; only logarithms are added.",
            ),
            Mistake(
                "divided by the likelihood alone",
                """\
def posterior(prior, likelihood):
    like = likelihood.prod(axis=0)
    return prior * like / like.sum()
""",
                "You divided by the sum of the likelihoods. P(D) weighs each of them by its prior: divide by the sum of"
                " what stands in the numerator.",
            ),
        ),
    ),
    Predict(
        id="bayes.positive_means",
        concepts=("bayes.medical_test",),
        title="What does a positive test mean?",
        level="easy",
        minutes=5,
        task="2 % of the people have a disease. The test has a sensitivity of 90 % and a specificity of 95 %. Somebody"
        " from the street is **positive**. With which probability is this person sick (a number between 0 and 1)?",
        hints=(
            "Think of 1,000 people. How many are sick, and how many are not?",
            "Of the sick, 90 % are positive; of the healthy, 5 % are. Which of all the positive people are sick?",
        ),
        solution="Of 1,000 people 20 are sick, and 18 of them positive; 980 are healthy, and 49 of them positive. So"
        " $18/(18 + 49) = 0.27$: about three alarms in four are false, though the test is right 95 times in 100.",
        answer=lambda: bayes.medical_test(0.02, 0.9, 0.95).ppv,
        tolerance=0.005,
        wrong_routes=(
            Route(
                0.9,
                "That is the sensitivity, P(positive | sick). Asked is P(sick | positive): the bar has turned round,"
                " and the base rate has to come in.",
            ),
            Route(0.95, "That is the specificity, P(negative | healthy). It says nothing yet about a positive person."),
            Route(0.018, "That is P(sick and positive), a share of all people. Divide by the share that is positive."),
            Route(0.067, "That is the share of all people who are positive. Which part of them is sick?"),
            Route(
                18 / 49,
                "You divided the sick by the healthy among the positive: those are odds. Divide by all the positive.",
            ),
        ),
    ),
    Code(
        id="bayes.grid_posterior",
        concepts=("bayes.continuous",),
        title="A posterior on a grid",
        level="medium",
        minutes=8,
        task="Write `grid_posterior(prior, likelihood, grid)`: the posterior **density** at the points of `grid`"
        " (ascending, not necessarily evenly spaced). `prior` and `likelihood` hold values at these points. The area"
        " below the result, by the trapezoid rule (`np.trapezoid(y, x)`), must be 1.",
        stub="def grid_posterior(prior, likelihood, grid):\n    ...\n",
        hints=(
            "The numerator is the same as with finitely many hypotheses. What takes the place of the sum?",
            "A density is divided by an integral. Its unit is one over the unit of the grid, so the grid must enter.",
            "`np.trapezoid` takes the heights first and the places second.",
        ),
        solution="""\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / np.trapezoid(joint, grid)
""",
        cases=_grid_cases,
        reference=bayes.continuous,
        mistakes=(
            Mistake(
                "sums to one",
                """\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / joint.sum()
""",
                "Yours sums to 1: these are weights of the points, and they shrink when the grid gets finer. A density"
                " has area 1: divide by the integral.",
            ),
            Mistake(
                "unit spacing",
                """\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / np.trapezoid(joint)
""",
                "You integrated without the grid, as if its points lay 1 apart. Hand the grid to the trapezoid rule.",
            ),
            Mistake(
                "even spacing",
                """\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / np.trapezoid(joint, dx=grid[1] - grid[0])
""",
                "You took the first spacing for all of them. Where the grid is uneven, the area is off.",
            ),
            Mistake(
                "no prior",
                """\
def grid_posterior(prior, likelihood, grid):
    return likelihood / np.trapezoid(likelihood, grid)
""",
                "This is the likelihood, scaled to area 1: what you believed before does not enter. Multiply by the"
                " prior first.",
            ),
            Mistake(
                "left rectangles",
                """\
def grid_posterior(prior, likelihood, grid):
    joint = prior * likelihood
    return joint / np.sum(joint[:-1] * np.diff(grid))
""",
                "You gave each stretch the height at its left end. The trapezoid rule takes the mean of both ends, and"
                " its error shrinks with the square of the spacing.",
            ),
        ),
    ),
    Predict(
        id="bayes.read_peak",
        concepts=("bayes.continuous",),
        title="Read the data off a posterior",
        level="medium",
        minutes=6,
        figure="bayes.peak",
        task="The prior of a coin's chance of heads was Beta(2, 2), with density $\\propto p\\,(1 - p)$. After 10"
        " tosses the posterior looks as in the figure above. How many of the tosses were **heads**?",
        hints=(
            "The posterior is a Beta again. Which a and b has it after k heads in 10 tosses?",
            "The peak of Beta(a, b) lies at (a − 1) / (a + b − 2). Read where it lies, and solve for k.",
        ),
        solution="The posterior is Beta$(2 + k,\\ 12 - k)$, and its peak lies at $(1 + k)/12$. It is seen at ¾, so"
        " $1 + k = 9$ and $k = 8$. The data alone would peak at 0.8: the prior pulls towards ½ like two tosses more,"
        " one of them heads.",
        answer=lambda: 12 * coin_posterior()[0][coin_posterior()[1].argmax()] - 1,
        tolerance=0.2,
        wrong_routes=(
            Route(7.5, "You took ¾ of 10 tosses: that forgets the prior, which pulls the peak towards ½."),
            Route(9.0, "¾ of 12 is 1 + k: one of these heads is the prior's. Take it off."),
            Route(
                8.5,
                "You set the mean, (2 + k)/14, to ¾. What you read off is the peak, and this curve is not symmetric.",
            ),
        ),
    ),
    Choose(
        id="bayes.second_opinion",
        concepts=("bayes.medical_test",),
        title="The same blood again",
        level="medium",
        minutes=4,
        task="A test is positive, and its PPV is 10 %. The laboratory runs it again **on the same blood** and it is"
        " positive again. False alarms come from a substance in the blood of some healthy people. What is the"
        " probability of disease now?",
        options={
            "a": "About 50 %: the product rule, with the new belief of 10 % as the prior.",
            "b": "Still about 10 %.",
            "c": "90 %, the sensitivity: two tests do away with the base rate.",
            "d": "Less than 10 %: the second result makes a laboratory error likelier.",
        },
        answer="b",
        wrong={
            "a": "The product rule needs results that are independent given the condition. Here the substance that made"
            " the first alarm makes the second one too.",
            "c": "No number of tests does away with the base rate; evidence multiplies the odds that it leaves. And is"
            " the second result evidence at all?",
            "d": "That the same result comes again is what both the sick and these healthy people would show: it does"
            " not lower the odds.",
        },
        hints=(
            "Take somebody who is healthy and positive. How likely is a second positive result on the same blood?",
            "Evidence moves belief by the ratio of its probabilities, given sick and given healthy. What is that ratio"
            " for the second result, once the first is known?",
        ),
        solution="**b**. Given the first result, the second is nearly certain for the sick *and* for the healthy with"
        " that substance: its likelihood ratio is about 1, and belief stays where it was.",
    ),
]
