"""One engine for runs and sweeps: jobs, shared among processes, threads or a cluster; none of them lost."""
