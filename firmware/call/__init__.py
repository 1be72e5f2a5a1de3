"""Calls: two legs, one state table; where sip, dect, fax and media meet."""
