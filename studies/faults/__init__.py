"""The bot under fire: faults of the exchange, kills and hours of both, measured."""
