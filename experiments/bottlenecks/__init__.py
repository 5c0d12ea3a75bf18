"""Which constraint binds, cluster by cluster."""
