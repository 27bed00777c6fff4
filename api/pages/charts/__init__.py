"""Charts as SVG, drawn on the server from plain values: dots, lines, bars and sparklines.

Pure: no I/O, no wording of its own. Horizontal positions are percentages and vertical ones pixels: a chart fits any
width, and its text keeps its size.
"""
