module github.com/fedipulse/fedipulse/internal/annotate/language/rivals

go 1.26.8

require (
	github.com/abadojack/whatlanggo v1.0.1
	github.com/fedipulse/fedipulse v0.0.0
	github.com/pemistahl/lingua-go v1.4.0
)

require (
	github.com/jdkato/prose/v3 v3.2.3 // indirect
	github.com/shopspring/decimal v1.3.1 // indirect
	github.com/yuin/goldmark v1.8.7 // indirect
	golang.org/x/exp v0.0.0-20260112195511-716be5621a96 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/protobuf v1.31.0 // indirect
	gopkg.in/neurosnap/sentences.v1 v1.0.6 // indirect
)

replace github.com/fedipulse/fedipulse => ../../../..
