"""What is, and what follows from it: SQLModel tables, and pure rules in models.rules."""
