"""From files to one published generation of the index; knows nothing of the other rooms."""
