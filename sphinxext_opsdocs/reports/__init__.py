"""Reports: findings in the formats that tools read, and the tables that people read."""
