package dnstest

import (
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"
)

// bodies returns the records of a reply but for the alias.
func (r *Reply) bodies() []dnsmessage.ResourceBody {
	var bodies []dnsmessage.ResourceBody
	for _, a := range r.Addrs {
		if ip := netip.MustParseAddr(a); ip.Is4() {
			bodies = append(bodies, &dnsmessage.AResource{A: ip.As4()})
		} else {
			bodies = append(bodies, &dnsmessage.AAAAResource{AAAA: ip.As16()})
		}
	}
	for _, name := range r.PTR {
		bodies = append(bodies, &dnsmessage.PTRResource{PTR: dnsmessage.MustNewName(name + ".")})
	}
	return bodies
}

// record returns a record of the Internet's class.
func record(name dnsmessage.Name, body dnsmessage.ResourceBody) dnsmessage.Resource {
	h := dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: 1}
	switch body.(type) {
	case *dnsmessage.AResource:
		h.Type = dnsmessage.TypeA
	case *dnsmessage.AAAAResource:
		h.Type = dnsmessage.TypeAAAA
	case *dnsmessage.PTRResource:
		h.Type = dnsmessage.TypePTR
	case *dnsmessage.CNAMEResource:
		h.Type = dnsmessage.TypeCNAME
	}
	return dnsmessage.Resource{Header: h, Body: body}
}

// A Lie is what is wrong with an answer. A client must not believe any of them.
type Lie int

// The lies. The records that they tell are true but for what is said here: a client that
// believes one shows it.
const (
	Truth           Lie = iota
	WrongID             // the answer to a question of another number
	WrongQuestion       // the answer to another question
	NoResponse          // a question in place of an answer
	OtherName           // records of another name
	WrongClass          // records of the class CHAOS
	CompressionLoop     // a record whose name is a pointer to itself
	Short               // the second half is missing
	Garbage             // a header, and then bytes without a meaning
)

// Lies has all of them.
var Lies = []Lie{WrongID, WrongQuestion, NoResponse, OtherName, WrongClass, CompressionLoop, Short, Garbage}

// String returns the name of the constant.
func (l Lie) String() string {
	return [...]string{"Truth", "WrongID", "WrongQuestion", "NoResponse", "OtherName", "WrongClass",
		"CompressionLoop", "Short", "Garbage"}[l]
}

// elsewhere is the name that lies are about.
var elsewhere = dnsmessage.MustNewName("elsewhere.test.")

const (
	headerSize  = 12 // of a message
	answerCount = 6  // the offset in it of the number of answers
)

// tell returns a true answer with something wrong in it.
func (l Lie) tell(m dnsmessage.Message) []byte {
	m.Questions = append([]dnsmessage.Question(nil), m.Questions...)
	m.Answers = append([]dnsmessage.Resource(nil), m.Answers...)
	switch l {
	case WrongID:
		m.ID ^= 0x5555
	case WrongQuestion:
		m.Questions[0].Name = elsewhere
	case NoResponse:
		m.Response = false
	case CompressionLoop:
		m.Answers = nil
	}
	for i := range m.Answers {
		switch l {
		case OtherName:
			m.Answers[i].Header.Name = elsewhere
		case WrongClass:
			m.Answers[i].Header.Class = dnsmessage.ClassCHAOS
		}
	}
	packed, err := m.Pack()
	if err != nil {
		panic(err) // a name in the zone that is none
	}
	return l.spoil(packed)
}

// spoil does to the bytes of a message what no message can say.
func (l Lie) spoil(packed []byte) []byte {
	switch l {
	case CompressionLoop:
		packed[answerCount+1] = 1
		at := len(packed)
		packed = append(packed, 0xc0|byte(at>>8), byte(at)) // RFC 1035, section 4.1.4
		return append(packed, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1)
	case Short:
		return packed[:headerSize+(len(packed)-headerSize)/2]
	case Garbage:
		for i := headerSize; i < len(packed); i++ {
			packed[i] = byte(0xff - i*7)
		}
	}
	return packed
}
