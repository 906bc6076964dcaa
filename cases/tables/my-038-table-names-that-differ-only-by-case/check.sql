SELECT v FROM Orders; SELECT v FROM orders;
