"""Pieces for frameworks, one module for each: nothing here is loaded unless it is asked for.

They report what a framework would only log, let it go on as it would without them, and send
neither bodies nor headers, queries or arguments. Without a `dispatcher`, reports go to the
program's own (`get_dispatcher`).
"""
