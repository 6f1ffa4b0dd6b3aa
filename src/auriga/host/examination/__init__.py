"""What the doctor's checks look at, computed once for all of them, and what they find."""

from auriga.host.examination._cut import features_until, moments
from auriga.host.examination._examination import Examination, Resources
from auriga.host.examination._finding import Finding, Level, fine, shown

__all__ = [
    "Examination",
    "Finding",
    "Level",
    "Resources",
    "features_until",
    "fine",
    "moments",
    "shown",
]
