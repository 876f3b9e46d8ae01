"""Other ways to answer the same over vMiner's own tables, compared with vMiner in one run."""
