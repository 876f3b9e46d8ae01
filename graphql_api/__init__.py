"""HTTP in, GraphQL out."""
