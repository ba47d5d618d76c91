"""The event stream: channels between nodes, connections, frames (design/4)."""
