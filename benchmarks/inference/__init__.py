"""inference: answers for rows, asked from Python, beside the rivals' answers."""
