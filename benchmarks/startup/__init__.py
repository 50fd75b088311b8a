"""startup: what a user waits for before anything is learnt, and what it takes"""
