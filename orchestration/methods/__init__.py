"""The methods a workspace computes by: the shipped tables with a bureau's own rows and code lists put in."""
