"""Make and judge the default model in 8-bit integers."""
