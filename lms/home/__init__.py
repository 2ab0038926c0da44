"""The first screen of everybody: welcome, home, help."""
