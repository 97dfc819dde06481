// sfugen is a load generator and measuring client for WebRTC SFUs. See README.md.
package main

import (
	"fmt"
	"os"
)

func main() {
	options, err := readOptions()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sfugen:", err)
		os.Exit(2)
	}
	if err := run(options); err != nil {
		fmt.Fprintln(os.Stderr, "sfugen:", err)
		os.Exit(1)
	}
}
