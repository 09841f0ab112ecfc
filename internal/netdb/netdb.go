// Package netdb reads the text files in which a system keeps names and numbers, hosts(5),
// services(5) and protocols(5), and the order of addresses, gai.conf(5). The parsers are
// pure and accept what the reader of the GNU C library does, line for line; a file
// is parsed once and again when it has changed.
package netdb

import (
	"iter"
	"strings"
)

// Space has the characters that isspace(3) is true for in the C locale.
const Space = " \t\n\v\f\r"

// lines yields what the lines of a file have to say: without comments and the space
// before, and without what follows a NUL byte, where a C string ends.
func lines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.SplitSeq(text, "\n") {
			if end := strings.IndexAny(line, "#\x00"); end >= 0 {
				line = line[:end]
			}
			line = strings.TrimLeft(line, Space)
			if line != "" && !yield(line) {
				return
			}
		}
	}
}

// field cuts the first word off a line.
func field(line string) (word, rest string) {
	end := strings.IndexAny(line, Space)
	if end < 0 {
		return line, ""
	}
	return line[:end], strings.TrimLeft(line[end:], Space)
}

// fields appends the words of a line.
func fields(words []string, line string) []string {
	for line != "" {
		var word string
		if word, line = field(line); word != "" {
			words = append(words, word)
		}
	}
	return words
}
