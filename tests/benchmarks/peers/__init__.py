"""Other ways to answer Q1 to Q4 over vMiner's own tables, compared with vMiner in one run."""
