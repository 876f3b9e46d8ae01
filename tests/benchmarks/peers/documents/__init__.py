"""What is asked, in the words of each system."""
