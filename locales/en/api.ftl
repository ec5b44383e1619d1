# What programs are told, and read out by the people who run them.
api-query-unreadable = What stands behind the question mark cannot be read
api-value-unreadable = The value of "{ $name }" in the address cannot be read
api-json-unreadable = The content cannot be read at line { $line }, column { $column }
api-length = Please write { $min } to { $max } characters
api-range = Please write a number from { $min } to { $max }
api-place-code = The code of a place has 2 to 12 digits
api-note-unreadable = This is no signed checkpoint
