"""The report of notes 000 to 002 and 004, rebuilt: are gains uniform, was that measured or real, do they repeat, and what do they add?"""
