"""What several families share, each file under the name of its idea."""
