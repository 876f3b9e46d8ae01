"""Tables, connections, and the writes that are not a sync."""
