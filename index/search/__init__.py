"""From a query to scored sentence ids: what engines take and give, and which one is opened."""
