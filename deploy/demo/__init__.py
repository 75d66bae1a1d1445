"""The demo tenants: invented companies with articles, a shop's export and log-ins."""
