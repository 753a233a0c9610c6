"""All that knows Label Studio: config, tasks, export, server, sync."""
