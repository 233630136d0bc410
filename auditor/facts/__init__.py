"""What several rules ask about a text, computed once: positions, widths, scripts, words, loops, morphemes."""
