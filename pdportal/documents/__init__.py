"""Documents and pictures of people: known by what they hold, read in a process of their own.

Whatever a file does to its reader, it does to a child process with little memory, little time and
nothing of ours: `reading.read_document` starts it, `child` is what runs in it.
"""
