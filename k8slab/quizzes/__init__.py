"""Questions: what types there are, how an answer is graded, and what is kept of it."""
