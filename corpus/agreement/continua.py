import numpy as np

from corpus.agreement.sums import Sums


def _none(c, layer):
    return Sums(
        np.zeros(c.strata, dtype=np.int64),
        np.zeros((c.strata, 1)),
        lambda s: np.full(s.shape[:-1], np.nan),
    )


u_alpha = binary_u_alpha = gamma = _none
