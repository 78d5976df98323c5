"""Who is named in how many crimes of a year, and in which: the part that gives the published moments.

How many crimes a suspect has: one, or two and a geometric number more. How grave they are: every crime draws a
latent gravity, and crimes in its order get the offences of the mix from the lightest to the gravest. Gravity is
lower for some suspects altogether (most of those with few crimes), for each further crime of the same suspect, and for
those with more or fewer crimes than the most harmful have: so half of all suspects stay light, and the gravest are
not the busiest. The numbers were fitted to the moments in docs/simulation.md.
"""

from dataclasses import dataclass

import numpy as np

from simulate.figures import REPORTS_A_YEAR, SUSPECTS_A_YEAR, Ints, OffenceMix

ONE_CRIME = 0.58
MORE_CRIMES_SHAPE = 4.2
LIGHT_SUSPECTS, LIGHT_FEWER_PER_CRIME = 0.883, 0.88
LIGHT_SHIFT, LATER_CRIME_SHIFT, OTHER_CRIMES_SHIFT = 8.6, 2.95, 0.62
LATER_CRIMES, GRAVEST_CRIMES = 4, 3.76


@dataclass(frozen=True, slots=True)
class Crimes:
    """One element for each crime: the suspect (0 to `suspects` - 1) and the place of its code in the mix."""

    suspects: int
    suspect: Ints
    code: Ints


def draw_crimes(chance: np.random.Generator, mix: OffenceMix, scale: float) -> Crimes:
    """A year of a London `scale` times its size."""
    suspects = max(1, round(SUSPECTS_A_YEAR * scale))
    counts = _crimes_each(chance, suspects, round(REPORTS_A_YEAR * scale))
    suspect = np.repeat(np.arange(suspects), counts)
    place = np.arange(len(suspect)) - np.repeat(np.cumsum(counts) - counts, counts)
    light = chance.random(suspects) < LIGHT_SUSPECTS * np.exp(-LIGHT_FEWER_PER_CRIME * (counts - 1))
    shift = -LIGHT_SHIFT * light - OTHER_CRIMES_SHIFT * np.abs(counts - GRAVEST_CRIMES)
    gravity = (
        chance.standard_normal(len(suspect)) + shift[suspect] - LATER_CRIME_SHIFT * np.minimum(place, LATER_CRIMES)
    )
    code = np.empty(len(suspect), dtype=np.int64)
    code[np.argsort(gravity, kind="stable")] = mix.deal(len(suspect))
    order = chance.permutation(len(suspect))
    return Crimes(suspects, suspect[order], code[order])


def _crimes_each(chance: np.random.Generator, suspects: int, crimes: int) -> Ints:
    """Crimes of each suspect; they add up to `crimes` as near as everybody's one crime allows."""
    more = (crimes / suspects - ONE_CRIME) / (1 - ONE_CRIME) - 2
    drawn = 2 + chance.negative_binomial(MORE_CRIMES_SHAPE, MORE_CRIMES_SHAPE / (MORE_CRIMES_SHAPE + more), suspects)
    counts: Ints = np.where(chance.random(suspects) < ONE_CRIME, 1, drawn).astype(np.int64)
    missing = crimes - int(counts.sum())
    several = np.flatnonzero(counts > 2)
    chosen = chance.choice(several, min(abs(missing), len(several)), replace=False)
    counts[chosen] += np.sign(missing)
    return counts
