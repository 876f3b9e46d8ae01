"""The graph: one file per GraphQL type, with its edges."""
