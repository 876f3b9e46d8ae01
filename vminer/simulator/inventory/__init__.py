"""What a simulated vCenter holds, computed from its seed whenever it is asked for."""
