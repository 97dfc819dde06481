module whip

go 1.19
