"""What a relay says no with."""


class Refusal(Exception):
    """All that is wrong, one line each."""

    def __init__(self, problems):
        super().__init__("\n".join(problems))
        self.problems = list(problems)
