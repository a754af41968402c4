"""What every request has to pass, and what others are told of errors."""
